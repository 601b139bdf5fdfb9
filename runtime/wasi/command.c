/* The main function of an executable made from a program: options, context, instance, and the exit status. */
#include <inttypes.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/code/main.h>
#include <wasmelt/fuel.h>
#include <wasmelt/wasi.h>

#include "../allocator.h"
#include "../backtrace.h"
#include "../facts/amounts.h"
#include "../facts/wasi.h"
#include "../heap/heap.h"
#include "../image.h"
#include "../not_unwound.h"
#include "../plain.h"
#include "../shortage.h"
#include "command.h"
#include "io.h"
#include "timeout.h"

int wasmelt_rt_command_fail(const char *what, const char *why) {
    fputs("wasmelt: ", stderr);
    wasmelt_rt_plain_print(stderr, what, strlen(what));
    fputs(": ", stderr);
    wasmelt_rt_plain_print(stderr, why, strlen(why));
    fputc('\n', stderr);
    return STATUS_USAGE;
}

int wasmelt_rt_command_refuse(const char *why) {
    wasmelt_rt_command_fail("error", why);
    return STATUS_RESOURCES;
}

static int short_of_memory(void) {
    return wasmelt_rt_command_refuse("out of memory");
}

/* Preopens a directory given as HOST[::GUEST][:ro]. */
static int preopen(wasmelt_wasi *w, const char *option) {
    char *host = wasmelt_rt_copy_text(option);
    if (!host)
        return short_of_memory();
    unsigned access = WASMELT_WASI_READ | WASMELT_WASI_WRITE;
    size_t length = strlen(host);
    if (length > 3 && strcmp(host + length - 3, ":ro") == 0) {
        host[length - 3] = 0;
        access = WASMELT_WASI_READ;
    }
    char *guest = strstr(host, "::");
    if (guest) {
        *guest = 0;
        guest += 2;
    }
    int error = wasmelt_wasi_preopen(w, host, guest ? guest : host, access);
    int status = error ? wasmelt_rt_command_fail(host, strerror(error)) : 0;
    wasmelt_rt_release(host);
    return status;
}

/* Adds a variable given as NAME=VALUE, or as NAME for the host's value. */
static int add_env(wasmelt_wasi *w, const char *variable) {
    for (char **at = files_environment(); !strchr(variable, '='); at++) {
        size_t length = strlen(variable);
        if (!at || !*at) /* the list is null after clearenv() */
            return wasmelt_rt_command_fail(variable, "not in the environment");
        if (strncmp(*at, variable, length) == 0 && (*at)[length] == '=')
            variable = *at;
    }
    return wasmelt_wasi_add_env(w, variable) ? 0 : short_of_memory();
}

static int confine(const wasmelt_wasi *w) {
    int error = wasmelt_wasi_confine(w);
    if (!error)
        return 0;
    bool is_missing = error == ENOSYS || error == EOPNOTSUPP;
    return wasmelt_rt_command_fail("--confine", is_missing ? "the kernel has no Landlock" : strerror(error));
}

/* The command line as it is read. */
typedef struct option_reader {
    char **at;        /* the option; if its value is an argument of its own, that */
    bool lacks_value; /* the option is the last argument, but needs a value */
} option_reader;

/* The value of an option given as "--dir VALUE" or "--dir=VALUE"; null if it is another option, or has none. */
static const char *option_value(option_reader *r, const char *name) {
    size_t length = strlen(name);
    if (strncmp(*r->at, name, length) != 0)
        return NULL;
    if ((*r->at)[length] == '=')
        return *r->at + length + 1;
    if ((*r->at)[length] != 0)
        return NULL;
    r->lacks_value = !r->at[1];
    return r->lacks_value ? NULL : *++r->at;
}

/* Reads a limit, which is not 0. */
static int read_limit(const char *text, const amount_form *form, uint64_t *limit) {
    char why[64];
    if (!form->read(text, limit)) {
        snprintf(why, sizeof why, "not %s", form->what);
        return wasmelt_rt_command_fail(text, why);
    }
    return *limit > 0 ? 0 : wasmelt_rt_command_fail(text, "a limit is more than 0");
}

/* ---- Options ---- */

typedef enum option_kind {
    OPTION_BYTES, /* limits */
    OPTION_ELEMENTS,
    OPTION_NANOSECONDS,
    OPTION_UNITS,
    OPTION_TEXT,
    OPTION_LIST,
    OPTION_FLAG,
    OPTION_DIR,
    OPTION_ENV,
} option_kind;

enum { LAST_LIMIT = OPTION_UNITS };

typedef struct option {
    unsigned char kind;
    unsigned char limit; /* the offset in wasmelt_limits */
    unsigned short to;   /* the offset in `given` */
} option;

static const option all_options[] = {
#define LIMIT(member) offsetof(wasmelt_limits, member)
#define GIVEN(member) offsetof(given, member)
#define NONE 0
#define OPTION(name, kind, limit, member) {OPTION_##kind, limit, member},
#include "command_options.def"
#undef OPTION
#undef NONE
#undef GIVEN
#undef LIMIT
};

enum { OPTION_COUNT = sizeof all_options / sizeof *all_options };

/* Their names, one after the other: pointers to them would be as large again, and relocated at each start. */
static const char option_names[] =
#define OPTION(name, kind, limit, member) name "\0"
#include "command_options.def"
#undef OPTION
    ;

/* The option that *r->at is, its name, and its value, if it takes one; null if it is none. */
static const option *find_option(option_reader *r, const char **name, const char **value) {
    *name = option_names;
    for (const option *o = all_options; o < all_options + OPTION_COUNT; o++, *name += strlen(*name) + 1) {
        bool is_flag = o->kind == OPTION_FLAG;
        *value = is_flag ? NULL : option_value(r, *name);
        if (is_flag ? strcmp(*r->at, *name) == 0 : *value != NULL)
            return o;
    }
    return NULL;
}

static int take_option(const option *o, const char *value, wasmelt_wasi *w, given *g) {
    void *to = (char *)g + o->to;
    switch (o->kind) {
    case OPTION_BYTES:
        return read_limit(value, &amount_sizes, to);
    case OPTION_NANOSECONDS:
        return read_limit(value, &amount_times, to);
    case OPTION_TEXT:
        *(const char **)to = value;
        return 0;
    case OPTION_LIST:
        return wasmelt_rt_wasi_add_string(to, value) ? 0 : short_of_memory();
    case OPTION_FLAG:
        *(bool *)to = true;
        return 0;
    case OPTION_DIR:
        return preopen(w, value);
    case OPTION_ENV:
        return add_env(w, value);
    default:
        return read_limit(value, &amount_counts, to);
    }
}

/* Reads the executable's options; stores in *arguments where the program's own begin. */
static int read_options(wasmelt_wasi *w, char **argv, char ***arguments, given *g) {
    option_reader r = {.at = argv + 1};
    int status = 0;
    for (; status == 0 && *r.at; r.at++) {
        const char *name, *value;
        if (strcmp(*r.at, "--") == 0) {
            r.at++;
            break;
        }
        const option *o = find_option(&r, &name, &value);
        if (o)
            status = take_option(o, value, w, g);
        else if (r.lacks_value)
            status = wasmelt_rt_command_fail(*r.at, "needs a value");
        else
            break;
    }
    *arguments = r.at;
    return status;
}

/* Applies the limits with which the executable was made: options can only lower them. */
static int apply_limits(const wasmelt_limits *limits, given *g) {
    static const char units[][12] = {
        [OPTION_BYTES] = "bytes", [OPTION_ELEMENTS] = "elements", [OPTION_NANOSECONDS] = "nanoseconds", [OPTION_UNITS] = "units"};
    const char *name = option_names;
    for (const option *o = all_options; o->kind <= LAST_LIMIT; o++, name += strlen(name) + 1) {
        const uint64_t *limit = (const void *)((const char *)limits + o->limit);
        uint64_t *value = (void *)((char *)g + o->to);
        char why[96];
        if (*limit > 0 && *value == 0)
            *value = *limit;
        if (*limit == 0 || *value <= *limit)
            continue;
        snprintf(why, sizeof why, "the executable was made with a limit of %" PRIu64 " %s", *limit, units[o->kind]);
        return wasmelt_rt_command_fail(name, why);
    }
    return 0;
}

/* Gives the program those of the three standard streams that are open; says whether all are. */
static int give_streams(wasmelt_wasi *w, bool *all_open) {
    *all_open = true;
    for (int fd = 0; fd <= 2; fd++) {
        int error = wasmelt_wasi_set_stdio(w, (uint32_t)fd, fd);
        if (error == EBADF)
            *all_open = false;
        else if (error)
            return wasmelt_rt_command_fail("standard streams", strerror(error));
    }
    return 0;
}

/* Opens the standard streams that are closed, so that no file opened later gets their numbers, and messages do not go into that file. */
static void fill_streams(void) {
    int fd;
    do
        fd = open(SYSTEM_NULL_DEVICE, O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= 2);
    if (fd >= 0)
        close(fd);
}

static int give_fixed(wasmelt_wasi *w, const wasmelt_command *c) {
    int status = 0;
    for (const char *const *dir = c ? c->dirs : NULL; status == 0 && dir && *dir; dir++)
        status = preopen(w, *dir);
    for (char **variable = c && c->inherit_env ? files_environment() : NULL; status == 0 && variable && *variable; variable++)
        status = strchr(*variable, '=') ? add_env(w, *variable) : 0;
    for (const char *const *variable = c ? c->env : NULL; status == 0 && variable && *variable; variable++)
        status = add_env(w, *variable);
    return status;
}

static int give_arguments(wasmelt_wasi *w, const char *argv0, char **argv) {
    if (argv0 && !wasmelt_wasi_add_arg(w, argv0))
        return short_of_memory();
    for (; *argv; argv++)
        if (!wasmelt_wasi_add_arg(w, *argv))
            return short_of_memory();
    return 0;
}

static int set_up(wasmelt_wasi *w, const wasmelt_command *c, char **argv, given *g) {
    *g = (given){.argv0 = argv[0], .arguments = argv + (argv[0] ? 1 : 0), .confined = c && c->confine};
    bool all_open;
    int status = give_streams(w, &all_open);
    if (!all_open)
        fill_streams();
    wasmelt_rt_io_may_ignore_sigpipe();
    if (status == 0)
        status = give_fixed(w, c);
    if (status == 0 && argv[0] && (!c || c->takes_options))
        status = read_options(w, argv, &g->arguments, g);
    if (status == 0 && c)
        status = apply_limits(&c->limits, g);
    if (status == 0)
        status = give_arguments(w, g->argv0, g->arguments);
    if (status == 0 && g->timeout && !wasmelt_rt_timeout_begin(g->timeout))
        status = wasmelt_rt_command_fail("--timeout", strerror(errno));
    if (status == 0 && g->confined) {
        wasmelt_rt_image_hold_files(); /* it cannot open them afterwards */
        wasmelt_rt_backtrace_keep_executable();
        status = confine(w);
    }
    return status;
}

/* ---- Running ---- */

/* Called by a thread that ends the program. The first one continues; others wait for the end of the process. */
static void begin_end(void) {
    static atomic_flag ended = ATOMIC_FLAG_INIT;
    static _Thread_local bool is_ours;
    while (!is_ours && atomic_flag_test_and_set(&ended))
        pause();
    is_ours = true;
}

int wasmelt_rt_command_report(wasmelt_trap trap) {
    if (trap.code == WASMELT_TRAP_NONE)
        return 0;
    begin_end();
    if (trap.code == WASMELT_TRAP_EXIT)
        return trap.exit_status & 0xFF;
    if (trap.code == WASMELT_TRAP_OUT_OF_FUEL) {
        fputs("wasmelt: the program has used as much fuel as --fuel allows\n", stderr);
        return STATUS_TIMEOUT;
    }
    fprintf(stderr, "wasmelt: trap: %s\n", wasmelt_trap_message(trap.code));
    wasmelt_backtrace_print(stderr);
    return STATUS_TRAP;
}

static void end_by_thread(void *context, wasmelt_trap trap) {
    (void)context;
    exit(wasmelt_rt_command_report(trap));
}

static bool find_function(wasmelt_instance *instance, const char *name, wasmelt_extern *function) {
    return wasmelt_export(instance, name, function) && function->kind == WASMELT_EXTERN_FUNC;
}

/* Calls _start or _initialize. */
static int call_plain(const wasmelt_func *function) {
    wasmelt_trap trap;
    if (function->type->param_count > 0 || function->type->result_count > 0)
        return wasmelt_rt_command_fail("error", "_start and _initialize have neither parameters nor results");
    wasmelt_call(function, NULL, NULL, &trap);
    return wasmelt_rt_command_report(trap);
}

static int run_start(wasmelt_instance *instance) {
    wasmelt_extern start;
    if (!find_function(instance, "_start", &start))
        return wasmelt_rt_command_fail("error", "the module does not export a function _start (--invoke NAME calls another)");
    return call_plain(start.func);
}

static int run_invoked(wasmelt_instance *instance, const given *g, const wasmelt_main_parts *parts) {
    wasmelt_extern function, initialize;
    wasmelt_trap trap;
    if (!find_function(instance, g->invoke, &function))
        return wasmelt_rt_command_fail(g->invoke, "the module does not export a function of this name");
    if (!parts->invoke)
        return *g->arguments ? wasmelt_rt_command_fail(g->invoke, "the function takes no arguments") : call_plain(function.func);
    int status = find_function(instance, "_initialize", &initialize) ? call_plain(initialize.func) : 0;
    if (status == 0)
        status = parts->invoke(function.func, g->arguments, &trap);
    return status == 0 ? wasmelt_rt_command_report(trap) : status;
}

typedef struct plain_program {
    const wasmelt_module *module;
    const wasmelt_main_parts *parts;
} plain_program;

static int run_instance(const plain_program *p, const wasmelt_import *imports, size_t count, const given *g, wasmelt_instance **instance) {
    wasmelt_error error;
    wasmelt_status made = wasmelt_instantiate_with(p->module, imports, count, &g->options, instance, &error);
    wasmelt_rt_image_release_files();
    if (made != WASMELT_OK)
        return command_not_made(&error);
    return g->invoke ? run_invoked(*instance, g, p->parts) : run_start(*instance);
}

typedef struct running {
    const plain_program *program;
    const wasmelt_import *imports;
    size_t import_count;
    const given *given;
    wasmelt_instance *instance;
    int status;
} running;

static void run_in_limit(void *argument) {
    running *r = argument;
    r->status = run_instance(r->program, r->imports, r->import_count, r->given, &r->instance);
}

/* The stack's limit holds for the runs inside: they end with the trap, and this one goes on. */
void wasmelt_rt_command_with_stack(const given *g, void (*body)(void *argument), void *argument, int *status) {
    wasmelt_trap trap = {0};
    if (!g->stack_bytes)
        body(argument);
    else if (wasmelt_run_limited(g->stack_bytes, body, argument, &trap) != WASMELT_TRAP_NONE)
        *status = wasmelt_rt_command_report(trap);
}

/* ---- Imports of the module: contexts, and the memories that threads share ---- */

typedef struct import_list {
    wasmelt_import *items;
    size_t count;
} import_list;

static bool is_given(const import_list *list, const wasmelt_import_desc *d) {
    for (size_t k = 0; k < list->count; k++)
        if (list->items[k].value.kind == WASMELT_EXTERN_MEMORY && strcmp(list->items[k].module, d->module.bytes) == 0 &&
            strcmp(list->items[k].name, d->name.bytes) == 0)
            return true;
    return false;
}

static void free_imports(import_list *list) {
    for (size_t k = 0; k < list->count; k++)
        if (list->items[k].value.kind == WASMELT_EXTERN_MEMORY)
            wasmelt_memory_free(list->items[k].value.memory);
    wasmelt_rt_release(list->items);
}

/* Makes the imports. Returns an exit status; if it is not 0, a message has been printed. */
static int make_imports(const wasmelt_module *module, wasmelt_wasi *w, const given *g, import_list *list) {
    list->items = wasmelt_rt_allocate_zeroed(WASI_MODULE_COUNT + (size_t)module->import_count, sizeof *list->items);
    if (!list->items)
        return short_of_memory();
    for (; list->count < WASI_MODULE_COUNT; list->count++)
        list->items[list->count] =
            (wasmelt_import){wasi_module_of((wasi_module)list->count)->name, "", {.kind = WASMELT_EXTERN_CONTEXT, .context = w}};
    for (uint32_t k = 0; k < module->import_count; k++) {
        const wasmelt_import_desc *d = &module->imports[k];
        if (d->kind != WASMELT_EXTERN_MEMORY || is_given(list, d))
            continue;
        wasmelt_memory *memory = wasmelt_memory_new_with(d->memory, &g->options.memory);
        if (!memory && errno == ERANGE)
            return wasmelt_rt_command_refuse("a memory begins with more bytes than --max-memory allows");
        if (!memory) {
            char message[256];
            wasmelt_rt_shortage_of_memory(d->memory, false, message, sizeof message);
            return wasmelt_rt_command_refuse(message);
        }
        list->items[list->count++] = (wasmelt_import){d->module.bytes, d->name.bytes, {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}};
    }
    return 0;
}

int wasmelt_rt_command_fuel(const given *g, bool counts_fuel) {
    if (g->fuel && !counts_fuel)
        return wasmelt_rt_command_fail("--fuel", "the program counts none: it was translated without --fuel");
    if (g->fuel)
        wasmelt_fuel_set(g->fuel);
    return 0;
}

static int run(const void *program, wasmelt_wasi *w, const given *g) {
    const plain_program *p = program;
    const wasmelt_module *module = p->module;
    const wasmelt_main_threads *threads = p->parts->threads;
    import_list imports = {0};
    if (g->listen.count + g->connect.count > 0)
        return wasmelt_rt_command_fail(g->listen.count > 0 ? "--listen" : "--connect",
                                       "only for programs of WASI 0.2, which components are");
    int status = wasmelt_rt_command_fuel(g, module->counts_fuel);
    if (status == 0)
        status = make_imports(module, w, g, &imports);
    if (status == 0 && threads && threads->allow(w, module, imports.items, imports.count, &g->options, end_by_thread, NULL) == ENOMEM)
        status = short_of_memory(); /* this does nothing for modules that cannot have threads */
    running r = {p, imports.items, imports.count, g, NULL, status};
    if (status == 0)
        wasmelt_rt_command_with_stack(g, run_in_limit, &r, &r.status);
    begin_end();
    if (g->heap_statistics && r.instance && r.instance->heap)
        heap_of(r.instance->heap)->collector->print_statistics(heap_of(r.instance->heap));
    if (threads && threads->count(w) > 0)
        exit(r.status); /* other threads may still use what would be freed */
    wasmelt_instance_free(r.instance);
    free_imports(&imports);
    return r.status;
}

int wasmelt_rt_command(command_run *run_program, const void *program, const wasmelt_command *command, char **argv) {
    wasmelt_wasi *w = wasmelt_wasi_new();
    argv = files_arguments(argv);
    if (!w || !argv)
        return short_of_memory();
    wasmelt_rt_backtrace_install();
    given g;
    int status = set_up(w, command, argv, &g);
    if (status == 0)
        status = run_program(program, w, &g);
    wasmelt_rt_wasi_free_strings(&g.listen);
    wasmelt_rt_wasi_free_strings(&g.connect);
    wasmelt_wasi_free(w);
    return status;
}

int wasmelt_main_of(const wasmelt_module *module, const wasmelt_main_parts *parts, const wasmelt_command *command, int argc, char **argv) {
    (void)argc;
    plain_program p = {module, parts};
    return wasmelt_rt_command(run, &p, command, argv);
}
