#include "driver/inspect.h"

#include <errno.h>
#include <stdio.h>

#include "base/say.h"
#include "canon/canon.h"
#include "driver/compile.h"
#include "driver/load.h"
#include "driver/output.h"
#include "system/process.h"
#include "driver/report.h"
#include "inspect/component.h"
#include "inspect/print.h"
#include "system/system.h"

/* What is to be printed: about a module or about a component; the other is null. */
typedef struct subject {
    const inspection *module;
    const component_inspection *component;
} subject;

static void print(const subject *s, const options *o, FILE *to) {
    if (s->component && o->json)
        inspect_component_json(s->component, to);
    else if (s->component)
        inspect_component_text(s->component, o->verbose, to);
    else if (o->html)
        inspect_page(s->module, to);
    else if (o->json)
        inspect_json(s->module, false, to);
    else
        inspect_text(s->module, o->verbose, to);
}

/* Returns 0, or the number of the error. */
static int print_to_file(const subject *s, const options *o, const char *path) {
    FILE *to = system_open(path, "wx");
    if (!to)
        return errno;
    print(s, o, to);
    int error = fflush(to) != 0 ? errno : ferror(to) ? EIO : 0;
    return fclose(to) != 0 && error == 0 ? errno : error;
}

/* The user sees the whole file or none. */
static int print_to_output(const subject *s, const options *o) {
    strbuf scratch = {0}, made = {0};
    int status = output_can_write(o->output) ? output_scratch(&scratch) : EXIT_INPUT;
    if (status == 0) {
        strbuf_printf(&made, "%s/result", scratch.data);
        int error = print_to_file(s, o, made.data);
        if (error == 0 && !output_move(made.data, o->output))
            error = errno;
        system_remove_tree(scratch.data);
        errno = error;
        status = error == 0 ? 0 : report_errno(o->output);
    }
    strbuf_free(&made);
    strbuf_free(&scratch);
    return status;
}

static int print_subject(const subject *s, const options *o) {
    if (o->output)
        return print_to_output(s, o);
    print(s, o, stdout);
    return 0;
}

/* Whether it can be translated as it is, as a program or as a C library; if not, *refusal says why. */
static bool can_be(loaded *l, bool program, diag *refusal) {
    diag d;
    graph g;
    canon_text text = {0};
    diag_init(&d);
    bool ok = graph_make(&g, l->component, &l->a, &d) &&
              canon_make(&text, &g, "library", &(translate_options){.source = "", .emit_main = program}, &d);
    if (!ok)
        *refusal = d;
    canon_free(&text);
    graph_free(&g);
    return ok;
}

static int print_component(loaded *l, const options *o) {
    const char *path = o->inputs.data[0];
    if (o->html) {
        say(stderr, "wasmelt: %s: error: is a component, of which --html has no picture\n", path);
        return EXIT_INPUT;
    }
    component_inspection i = {.c = l->component, .path = path, .program = load_has_module(l) ? &l->m : NULL, .refusal = &l->refusal};
    i.is_command = !i.program && can_be(l, true, &l->refusal);
    /* Less is asked of a library: if it can be none, that is said, and not why it is no program. */
    i.is_library = !i.program && !i.is_command && can_be(l, false, &l->refusal);
    return print_subject(&(subject){.component = &i}, o);
}

static int print_module(const module *m, arena *a, const options *o) {
    inspection i;
    inspect(&i, m, o->inputs.data[0], a);
    return print_subject(&(subject){.module = &i}, o);
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
    if (o->output && system_is_same_file(path, o->output)) {
        say(stderr, "wasmelt: %s: error: is the input and would be the output\n", o->output);
        return EXIT_INPUT;
    }
    process_catch_signals();
    loaded l;
    int status = EXIT_INPUT;
    if (load_file(&l, path, jobs_of(o)))
        status = l.component ? print_component(&l, o) : print_module(&l.m, &l.a, o);
    else if (l.state != LOAD_UNREADABLE)
        report_diag(&l.d, path, &l.m);
    load_free(&l);
    process_end_if_stopped();
    return status;
}
