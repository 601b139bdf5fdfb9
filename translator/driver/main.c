/* The main program: runs the command, a row of commands.def. */
#include <stdio.h>
#include <string.h>

#include "base/say.h"
#include "base/strbuf.h"
#include "driver/cli.h"
#include "driver/compile.h"
#include "driver/foreign.h"
#include "driver/inspect.h"
#include "driver/load.h"
#include "driver/output.h"
#include "driver/produce.h"
#include "driver/report.h"
#include "driver/run.h"
#include "system/process.h"
#include "system/system.h"
#include "wasm/opcodes.h"

/* ---- validate ---- */

static bool validate_file(const char *path, const options *o) {
    static const char *const bad[] = {[LOAD_MALFORMED] = "malformed", [LOAD_INVALID] = "invalid"};
    loaded l;
    bool ok = load_file(&l, path, jobs_of(o));
    if (l.state == LOAD_UNREADABLE && o->list)
        say(stdout, "%s: unreadable\n", path);
    else if (!ok && l.state != LOAD_UNREADABLE && o->list)
        say(stdout, "%s: %s: %s (at byte 0x%zx)\n", path, bad[l.state], l.d.message, l.d.offset == DIAG_NO_OFFSET ? 0 : l.d.offset);
    else if (!ok && l.state != LOAD_UNREADABLE && !o->quiet)
        report_diag(&l.d, path, &l.m);
    else if (ok && (o->list || o->verbose))
        say(stdout, "%s: valid\n", path);
    load_free(&l);
    return ok;
}

static int run_validate(const options *o) {
    if (o->inputs.count == 0) {
        cli_error("no file to validate");
        return EXIT_USAGE;
    }
    int status = 0;
    for (size_t k = 0; k < o->inputs.count; k++)
        if (!validate_file(o->inputs.data[k], o))
            status = EXIT_INPUT;
    return status;
}

/* ---- Without a subcommand ---- */

static int run_translate(const options *o) {
    if (cli_refuse_command(o))
        return EXIT_USAGE;
    if (o->inputs.count != 1) {
        cli_error(o->inputs.count == 0 ? "no input file" : "more than one input file");
        return EXIT_USAGE;
    }
    if (o->dumps)
        return produce_dump(o);
    strbuf output = {0};
    int status = EXIT_INPUT;
    if (o->output)
        strbuf_puts(&output, o->output);
    else
        output_default_path(o, &output);
    bool named = o->output || o->emit == EMIT_C; /* for C, names in the output directory are checked file by file */
    if (system_is_same_file(o->inputs.data[0], output.data)) {
        say(stderr, "wasmelt: %s: error: is the input and would be the output\n", output.data);
    } else if (named || output_may_replace(output.data, cli_emit_mark(o->emit))) {
        process_catch_signals();
        status = produce(o, output.data);
        process_end_if_stopped();
    }
    strbuf_free(&output);
    return status;
}

/* ---- Choosing the command ---- */

static int (*const run[COMMAND_COUNT])(const options *) = {
    [COMMAND_TRANSLATE] = run_translate, [COMMAND_VALIDATE] = run_validate, [COMMAND_RUN] = run_program,
    [COMMAND_CACHE] = run_cache,         [COMMAND_INSPECT] = run_inspect,   [COMMAND_RUNTIME] = run_runtime,
};

int main(int argc, char **argv) {
    options o;
    system_start(&argc, &argv);
    opcodes_prepare();
    cli_result r = cli_parse(argc, argv, &o);
    int status = r == CLI_RUN ? run[o.command](&o) : r == CLI_WRONG ? EXIT_USAGE : 0;
    cli_free(&o);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("wasmelt: standard output");
        return EXIT_INPUT;
    }
    return status;
}
