#include "driver/inspect.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/say.h"
#include "driver/compile.h"
#include "driver/load.h"
#include "driver/output.h"
#include "driver/process.h"
#include "driver/report.h"
#include "inspect/print.h"

static void print(const inspection *i, const options *o, FILE *to) {
    if (o->html)
        inspect_page(i, to);
    else if (o->json)
        inspect_json(i, false, to);
    else
        inspect_text(i, o->verbose, to);
}

/* Returns 0, or the number of the error. */
static int print_to_file(const inspection *i, const options *o, const char *path) {
    FILE *to = fopen(path, "wx");
    if (!to)
        return errno;
    print(i, o, to);
    int error = fflush(to) != 0 ? errno : ferror(to) ? EIO : 0;
    return fclose(to) != 0 && error == 0 ? errno : error;
}

/* The user sees the whole file or none. */
static int print_to_output(const inspection *i, const options *o) {
    strbuf scratch = {0}, made = {0};
    int status = output_can_write(o->output) ? output_scratch(&scratch) : EXIT_INPUT;
    if (status == 0) {
        strbuf_printf(&made, "%s/result", scratch.data);
        int error = print_to_file(i, o, made.data);
        if (error == 0 && !output_move(made.data, o->output))
            error = errno;
        output_remove_scratch(scratch.data);
        errno = error;
        status = error == 0 ? 0 : report_errno(o->output);
    }
    strbuf_free(&made);
    strbuf_free(&scratch);
    return status;
}

static int print_inspection(const module *m, arena *a, const options *o) {
    inspection i;
    inspect(&i, m, o->inputs.data[0], a);
    if (o->output)
        return print_to_output(&i, o);
    print(&i, o, stdout);
    return 0;
}

int run_inspect(const options *o) {
    if (o->inputs.count != 1) {
        cli_error(o->inputs.count == 0 ? "no file to inspect" : "more than one file to inspect");
        return EXIT_USAGE;
    }
    if (o->html && o->json) {
        cli_error("--html and --json exclude each other");
        return EXIT_USAGE;
    }
    const char *path = o->inputs.data[0];
    if (o->output && output_same_file(path, o->output)) {
        say(stderr, "wasmelt: %s: error: is the input and would be the output\n", o->output);
        return EXIT_INPUT;
    }
    process_catch_signals();
    loaded l;
    int status = EXIT_INPUT;
    if (load_file(&l, path, jobs_of(o)))
        status = print_inspection(&l.m, &l.a, o);
    else if (l.state != LOAD_UNREADABLE)
        report_diag(&l.d, path, &l.m);
    load_free(&l);
    process_end_if_stopped();
    return status;
}
