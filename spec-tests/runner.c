/* Runs one script of the official suite against a shared object that holds all modules of the script, through the public
 * API alone.
 *
 *   runner SCRIPT OBJECT
 *
 * SCRIPT has one command a line, made by run.py; words are separated by blanks, names are in hexadecimal
 * after an 'x', "-" is absence; MODULE is a module's name in C:
 *
 *   module LINE NAME MODULE          make an instance of the module
 *   define LINE NAME MODULE          name it only
 *   instance LINE NAME DEFINITION    make an instance of a module so loaded
 *   gap LINE NAME REASON             a module that is not translated yet
 *   register LINE NAME AS
 *   unlinkable LINE TEXT MODULE      instantiating fails to link, with this message
 *   uninstantiable LINE TEXT MODULE  instantiating traps, with this message
 *   invoke LINE HOW TEXT INSTANCE FIELD ARGUMENTS... = RESULTS...
 *   get LINE INSTANCE FIELD = RESULT
 *   thread LINE NAME SHARED          the commands up to "end" run on a thread of their own
 *   end
 *   wait LINE NAME
 *
 * HOW is return, trap, exhaustion, exception or action. For each command with an outcome a line comes out:
 * "LINE ok", "LINE gap REASON" or "LINE fail WHY". */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portable.h"
#include "spectest.h"
#include "values.h"

enum { MAX_WORDS = 2100, MAX_VALUES = 1000 }; /* parameters or results: WebAssembly's limit for hosts */

/* A module or instance by its script name. `gap`: it could not be made, for this reason. */
typedef struct named {
    char *name;
    const wasmelt_module *module;
    wasmelt_instance *instance;
    char *gap;
    bool borrowed; /* the instance belongs to another thread's script */
} named;

/* An instance under the name from which others import. */
typedef struct registration {
    char *as;
    named what;
} registration;

/* What one thread runs: the script's lines from `at` on. */
typedef struct state {
    char **lines; /* shared by all threads */
    size_t line_count, at;
    spectest spectest;
    named *all; /* owned, newest last: every instance ever made, to be freed in reverse */
    size_t all_count;
    named current; /* a copy of one of these, or nothing */
    registration *registered;
    size_t registered_count;
    struct thread *threads;
    size_t thread_count;
} state;

typedef struct thread {
    char *name;
    pthread_t id;
    bool joined;
    state *state; /* owned; kept to the end, since others may refer to its instances */
} thread;

static void *grow(void *list, size_t count, size_t size) {
    list = realloc(list, (count + 1) * size);
    if (!list) {
        fputs("out of memory\n", stderr);
        exit(3);
    }
    return list;
}

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static void report(const char *line, const char *what, const char *why) {
    pthread_mutex_lock(&output);
    printf("%s %s%s%s\n", line, what, why ? " " : "", why ? why : "");
    fflush(stdout); /* what is known before a crash */
    pthread_mutex_unlock(&output);
}

/* Decodes x<hex>, into the word itself; its length. */
static size_t decode(char *word) {
    size_t length = 0;
    for (char *at = word + 1; at[0] && at[1]; at += 2) {
        unsigned byte = 0;
        sscanf(at, "%2x", &byte);
        word[length++] = (char)byte;
    }
    word[length] = 0;
    return length;
}

/* ---- Modules ---- */

static void *modules; /* the shared object */

static void open_modules(const char *object) {
    modules = dlopen(object, RTLD_NOW | RTLD_LOCAL);
    if (!modules) {
        fprintf(stderr, "%s\n", dlerror());
        exit(3);
    }
}

static const wasmelt_module *find_module(const char *name) {
    char symbol[100];
    snprintf(symbol, sizeof symbol, "%s_module", name);
    const wasmelt_module *m = dlsym(modules, symbol);
    if (!m) {
        fprintf(stderr, "%s\n", dlerror());
        exit(3);
    }
    return m;
}

static void remember(state *s, named n) {
    s->all = grow(s->all, s->all_count, sizeof *s->all);
    s->all[s->all_count++] = n;
    s->current = n;
}

static const named *find(const state *s, const char *name) {
    if (strcmp(name, "-") == 0)
        return &s->current;
    for (size_t k = s->all_count; k-- > 0;)
        if (s->all[k].name && strcmp(s->all[k].name, name) == 0)
            return &s->all[k];
    return NULL;
}

static const registration *find_registered(const state *s, wasmelt_name module) {
    for (size_t k = s->registered_count; k-- > 0;)
        if (strlen(s->registered[k].as) == module.length && memcmp(s->registered[k].as, module.bytes, module.length) == 0)
            return &s->registered[k];
    return NULL;
}

/* The gap that keeps the module from being linked, or null. */
static const char *gap_of_imports(const state *s, const wasmelt_module *m) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        const registration *r = find_registered(s, m->imports[k].module);
        if (r && r->what.gap)
            return r->what.gap;
    }
    return NULL;
}

/* What the module may import: spectest and whatever registered instances export under the names asked for. */
static wasmelt_status instantiate(state *s, const wasmelt_module *m, wasmelt_instance **instance, wasmelt_error *error) {
    wasmelt_import *imports = grow(NULL, s->spectest.import_count + m->import_count, sizeof *imports);
    size_t count = s->spectest.import_count;
    memcpy(imports, s->spectest.imports, count * sizeof *imports);
    for (uint32_t k = 0; k < m->import_count; k++) {
        const wasmelt_import_desc *d = &m->imports[k];
        const registration *r = find_registered(s, d->module);
        wasmelt_extern value;
        if (r && wasmelt_export_n(r->what.instance, d->name.bytes, d->name.length, &value))
            imports[count++] = (wasmelt_import){d->module.bytes, d->name.bytes, value};
    }
    wasmelt_status status = wasmelt_instantiate(m, imports, count, instance, error);
    free(imports);
    return status;
}

static void make_instance(state *s, const char *line, const char *name, const wasmelt_module *m) {
    named n = {.name = strcmp(name, "-") ? strdup(name) : NULL, .module = m};
    const char *gap = gap_of_imports(s, m);
    wasmelt_error error;
    if (gap) {
        n.gap = strdup(gap);
        report(line, "gap", gap);
    } else if (instantiate(s, m, &n.instance, &error) == WASMELT_OK) {
        report(line, "ok", NULL);
    } else {
        report(line, "fail", error.message);
        n.gap = strdup("(its module failed)");
    }
    remember(s, n);
}

static void run_define(state *s, char **w) {
    remember(s, (named){.name = strcmp(w[2], "-") ? strdup(w[2]) : NULL, .module = find_module(w[3])});
    report(w[1], "ok", NULL);
}

static void make_gap(state *s, const char *line, const char *name, const char *reason) {
    named n = {.name = strcmp(name, "-") ? strdup(name) : NULL, .gap = strdup(reason)};
    report(line, "gap", reason);
    remember(s, n);
}

static void run_gap(state *s, char **w) {
    decode(w[3]);
    make_gap(s, w[1], w[2], w[3]);
}

static void run_instance(state *s, char **w) {
    const named *definition = find(s, w[3]);
    if (definition && definition->gap)
        make_gap(s, w[1], w[2], definition->gap);
    else if (definition && definition->module)
        make_instance(s, w[1], w[2], definition->module);
    else
        report(w[1], "fail", "no such module");
}

static void run_register(state *s, char **w) {
    const named *n = find(s, w[2]);
    decode(w[3]);
    if (!n || (!n->instance && !n->gap)) { /* has no outcome of its own: what imports from it fails */
        fprintf(stderr, "%s: no such instance\n", w[1]);
        return;
    }
    s->registered = grow(s->registered, s->registered_count, sizeof *s->registered);
    s->registered[s->registered_count++] = (registration){strdup(w[3]), *n};
}

/* Whether the message is the one the suite asks for, as its reference interpreter compares: one begins with
 * the other. Its texts for null references name what is null; ours does not. */
static bool same_reason(const char *wanted, const char *got) {
    size_t a = strlen(wanted), b = strlen(got);
    if (strncmp(wanted, got, a < b ? a : b) == 0)
        return true;
    return strncmp(wanted, "null ", 5) == 0 && strcmp(got, "null reference") == 0;
}

/* unlinkable or uninstantiable LINE TEXT MODULE */
static void run_failing(state *s, char **w, wasmelt_status wanted) {
    decode(w[2]);
    const wasmelt_module *m = find_module(w[3]);
    const char *gap = gap_of_imports(s, m);
    if (gap) {
        report(w[1], "gap", gap);
        return;
    }
    wasmelt_error error;
    named n = {.module = m};
    named before = s->current;
    wasmelt_status status = instantiate(s, m, &n.instance, &error);
    if (n.instance)
        remember(s, n); /* other instances may refer to it */
    s->current = before;
    const char *got = status == WASMELT_TRAPPED ? wasmelt_trap_message(error.trap.code) : error.message;
    bool ok = status == wanted && *got && same_reason(w[2], got);
    report(w[1], ok ? "ok" : "fail", ok ? NULL : status == WASMELT_OK ? "instantiation succeeded" : error.message);
}

/* ---- Actions ---- */

/* The instance an action is about; null after a report. */
static const named *target(state *s, const char *line, const char *name) {
    const named *n = find(s, name);
    if (n && n->gap)
        report(line, "gap", n->gap);
    else if (!n || !n->instance)
        report(line, "fail", "no such instance");
    return n && !n->gap && n->instance ? n : NULL;
}

static void check_results(const char *line, wasmelt_heap *heap, const wasmelt_type *t, const wasmelt_value *results, char **words,
                          int count) {
    char message[512], shown[128];
    if ((uint32_t)count != t->result_count) {
        snprintf(message, sizeof message, "%u results, not %d", (unsigned)t->result_count, count);
        report(line, "fail", message);
        return;
    }
    for (int k = 0; k < count; k++) {
        if (value_matches(words[k], heap, t->results[k], &results[k]))
            continue;
        value_print(t->results[k], &results[k], shown, sizeof shown);
        snprintf(message, sizeof message, "result %d is %s, not %.200s", k, shown, words[k]);
        report(line, "fail", message);
        return;
    }
    report(line, "ok", NULL);
}

static void check_trap(const char *line, const char *how, const char *text, wasmelt_trap_code code) {
    const char *message = wasmelt_trap_message(code);
    bool ok = strcmp(how, "exhaustion") == 0  ? code == WASMELT_TRAP_STACK_EXHAUSTED
              : strcmp(how, "exception") == 0 ? code == WASMELT_TRAP_UNCAUGHT_EXCEPTION
              : strcmp(how, "trap") == 0      ? code != WASMELT_TRAP_NONE && same_reason(text, message)
                                              : false;
    char why[256];
    snprintf(why, sizeof why, "ended with \"%s\", not %s \"%.100s\"", message, how, text);
    report(line, ok ? "ok" : "fail", ok ? NULL : why);
}

/* invoke LINE HOW TEXT INSTANCE FIELD ARGUMENTS... = RESULTS... */
static void run_invoke(state *s, char **w, int count) {
    const char *line = w[1], *how = w[2];
    static _Thread_local wasmelt_value args[MAX_VALUES], results[MAX_VALUES];
    decode(w[3]);
    size_t length = decode(w[5]);
    const named *n = target(s, line, w[4]);
    wasmelt_extern e;
    if (!n)
        return;
    if (!wasmelt_export_n(n->instance, w[5], length, &e) || e.kind != WASMELT_EXTERN_FUNC) {
        report(line, "fail", "no such function export");
        return;
    }
    int at = 6;
    uint32_t arg_count = 0;
    for (; at < count && strcmp(w[at], "=") != 0; at++)
        if (arg_count == MAX_VALUES || !value_parse(w[at], n->instance->heap, &args[arg_count++])) {
            report(line, "fail", "argument not understood");
            return;
        }
    if (arg_count != e.func->type->param_count) {
        report(line, "fail", "wrong number of arguments");
        return;
    }
    wasmelt_trap_code code = wasmelt_call(e.func, args, results, NULL);
    if (strcmp(how, "action") == 0)
        report(line, code == WASMELT_TRAP_NONE ? "ok" : "fail", code == WASMELT_TRAP_NONE ? NULL : wasmelt_trap_message(code));
    else if (strcmp(how, "return") == 0 && code == WASMELT_TRAP_NONE)
        check_results(line, n->instance->heap, e.func->type, results, w + at + 1, count - at - 1);
    else
        check_trap(line, how, w[3], code);
}

/* get LINE INSTANCE FIELD = RESULT */
static void run_get(state *s, char **w, int count) {
    size_t length = decode(w[3]);
    const named *n = target(s, w[1], w[2]);
    wasmelt_extern e;
    if (!n)
        return;
    if (!wasmelt_export_n(n->instance, w[3], length, &e) || e.kind != WASMELT_EXTERN_GLOBAL) {
        report(w[1], "fail", "no such global export");
        return;
    }
    wasmelt_value value = {0};
    size_t size = e.global_type.type == WASMELT_V128 ? 16 : e.global_type.type == WASMELT_I32 || e.global_type.type == WASMELT_F32 ? 4 : 8;
    memcpy(&value, e.global, size);
    wasmelt_type t = {.results = &e.global_type.type, .result_count = 1};
    check_results(w[1], n->instance->heap, &t, &value, w + 5, count - 5);
}

/* ---- Threads ---- */

static void run(state *s);

static void *run_thread(void *argument) {
    run(argument);
    return NULL;
}

static void run_thread_command(state *s, char **w) {
    state *inner = grow(NULL, 0, sizeof *inner);
    memset(inner, 0, sizeof *inner);
    inner->lines = s->lines;
    inner->line_count = s->line_count;
    inner->at = s->at;
    spectest_init(&inner->spectest);
    if (strcmp(w[3], "-") != 0) { /* the one instance that is seen there too, by its name here */
        const named *n = find(s, w[3]);
        if (n) {
            inner->all = grow(NULL, 0, sizeof *inner->all);
            inner->all[inner->all_count++] = (named){.name = strdup(w[3]),
                                                     .module = n->module,
                                                     .instance = n->instance,
                                                     .gap = n->gap ? strdup(n->gap) : NULL,
                                                     .borrowed = true};
        }
    }
    s->threads = grow(s->threads, s->thread_count, sizeof *s->threads);
    thread *t = &s->threads[s->thread_count++];
    *t = (thread){.name = strdup(w[2]), .state = inner};
    if (pthread_create(&t->id, NULL, run_thread, inner) != 0) {
        fputs("no more threads\n", stderr);
        exit(3);
    }
    for (int depth = 1; depth > 0 && s->at < s->line_count; s->at++) { /* its commands are not ours */
        depth += strncmp(s->lines[s->at], "thread ", 7) == 0;
        depth -= strcmp(s->lines[s->at], "end") == 0;
    }
}

static void run_wait(state *s, char **w) {
    for (size_t k = s->thread_count; k-- > 0;)
        if (strcmp(s->threads[k].name, w[2]) == 0) {
            if (!s->threads[k].joined)
                pthread_join(s->threads[k].id, NULL);
            s->threads[k].joined = true;
            report(w[1], "ok", NULL);
            return;
        }
    report(w[1], "fail", "no such thread");
}

/* ---- Scripts ---- */

static int split(char *line, char **words) {
    int count = 0;
    for (char *save, *w = strtok_r(line, " ", &save); w && count < MAX_WORDS; w = strtok_r(NULL, " ", &save))
        words[count++] = w;
    return count;
}

static void run_command(state *s, char **w, int count) {
    const char *what = w[0];
    if (strcmp(what, "module") == 0)
        make_instance(s, w[1], w[2], find_module(w[3]));
    else if (strcmp(what, "define") == 0)
        run_define(s, w);
    else if (strcmp(what, "instance") == 0)
        run_instance(s, w);
    else if (strcmp(what, "gap") == 0)
        run_gap(s, w);
    else if (strcmp(what, "register") == 0)
        run_register(s, w);
    else if (strcmp(what, "unlinkable") == 0)
        run_failing(s, w, WASMELT_UNLINKABLE);
    else if (strcmp(what, "uninstantiable") == 0)
        run_failing(s, w, WASMELT_TRAPPED);
    else if (strcmp(what, "invoke") == 0)
        run_invoke(s, w, count);
    else if (strcmp(what, "get") == 0)
        run_get(s, w, count);
    else if (strcmp(what, "thread") == 0)
        run_thread_command(s, w);
    else if (strcmp(what, "wait") == 0)
        run_wait(s, w);
}

static void run(state *s) {
    char **words = grow(NULL, MAX_WORDS, sizeof *words);
    while (s->at < s->line_count) {
        char *line = strdup(s->lines[s->at++]);
        int count = split(line, words);
        bool ends = count > 0 && strcmp(words[0], "end") == 0;
        if (count > 0 && !ends)
            run_command(s, words, count);
        free(line);
        if (ends)
            break;
    }
    free(words);
}

static void state_free(state *s) {
    for (size_t k = 0; k < s->thread_count; k++) {
        if (!s->threads[k].joined)
            pthread_join(s->threads[k].id, NULL);
        state_free(s->threads[k].state);
        free(s->threads[k].state);
        free(s->threads[k].name);
    }
    free(s->threads);
    for (size_t k = 0; k < s->registered_count; k++)
        free(s->registered[k].as);
    free(s->registered);
    for (size_t k = s->all_count; k-- > 0;) {
        if (!s->all[k].borrowed)
            wasmelt_instance_free(s->all[k].instance);
        free(s->all[k].name);
        free(s->all[k].gap);
    }
    free(s->all);
    spectest_free(&s->spectest);
}

int main(int argc, char **argv) {
    state s = {0};
    char *line = NULL;
    size_t capacity = 0;
    FILE *script = argc == 3 ? fopen(argv[1], "r") : NULL;
    if (!script) {
        fputs("usage: runner SCRIPT OBJECT\n", stderr);
        return 2;
    }
    for (ssize_t length; (length = getline(&line, &capacity, script)) > 0;) {
        line[strcspn(line, "\n")] = 0;
        s.lines = grow(s.lines, s.line_count, sizeof *s.lines);
        s.lines[s.line_count++] = strdup(line);
    }
    free(line);
    fclose(script);
    open_modules(argv[2]);
    spectest_init(&s.spectest);
    run(&s);
    state_free(&s);
    for (size_t k = 0; k < s.line_count; k++)
        free(s.lines[k]);
    free(s.lines);
    puts("done");
    return 0;
}
