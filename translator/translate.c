/* Translates a module: checks that everything in it is supported, builds the call graph and chooses names. Then, for each function that can
 * be reached, lower/ makes an IR from the body and emit/ prints it as C, in several threads (emit/parallel.c). The declarations and data
 * around the functions follow. Functions are written out in order as they are done, so memory holds only a few at a time. */
#include "translate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug/fit.h"
#include "debug/lines.h"
#include "debug/locals.h"
#include "emit/chains.h"
#include "emit/data.h"
#include "emit/definitions.h"
#include "emit/entries.h"
#include "emit/func.h"
#include "emit/image.h"
#include "emit/marks.h"
#include "emit/module.h"
#include "emit/names.h"
#include "emit/objects.h"
#include "emit/parallel.h"
#include "emit/split.h"
#include "emit/symbols.h"
#include "lower/lower.h"
#include "lower/supported.h"
#include "system/system.h"

/* Bytes of WebAssembly code for each C file if --split does not say how many files to make. */
#define BYTES_PER_FILE ((size_t)512 * 1024)
#define MAX_FILES 4096

/* The limit on the C that a module may become, in bytes: FREE_OUTPUT, and OUTPUT_FOR_BYTE for each byte of the module. Modules made by
 * compilers take about ten for a byte. Single functions (lower/build.c) and signatures have lower limits; this one is for many functions
 * that are just below theirs, and for long names. */
#define FREE_OUTPUT ((size_t)16 << 20)
#define OUTPUT_FOR_BYTE 100

/* ---- Whether the module can be translated ---- */

/* Lowers every function that would be emitted, to find out whether it can be, and discards the result. */
static bool check_bodies(const module *m, diag *d) {
    arena a = {0}, scratch = {0};
    callgraph calls = {0};
    const translate_options none = {0};
    lower_plan plan = {.m = m, .options = &none, .calls = &calls};
    lowered l = {0};
    bool ok = true;
    callgraph_build(&calls, m, THROWERS_LINKED, true, &a);
    for (uint32_t k = m->imported_funcs; ok && k < m->func_count; k++) {
        if (!calls.reachable[k])
            continue;
        d->func = k;
        ok = lower_check(&l, &plan, &scratch, k, d);
        arena_reset(&scratch);
    }
    lowered_free(&l);
    arena_free(&scratch);
    arena_free(&a);
    return ok;
}

bool translate_check(const module *m, bool bodies, diag *d) {
    return supported_module(m, d) && (!bodies || check_bodies(m, d));
}

/* ---- Dumping ---- */

static throwers throwers_of(const translate_options *options) {
    if (options->emit_main || options->imports_never_throw)
        return THROWERS_NEVER;
    return options->bind_imports ? THROWERS_NAMED : THROWERS_LINKED;
}

static lower_plan plan_of(const module *m, const callgraph *calls, const translate_options *options, arena *a) {
    lower_plan plan = {.m = m, .options = options, .calls = calls, .tables = fixed_tables_find(m, calls->code, a)};
    for (uint32_t k = 0; k < m->table_count; k++)
        plan.has_fixed_tables |= plan.tables[k].size > 0;
    if (m->uses_heap)
        object_types_find(&plan.objects, m, options->emit_main, a);
    return plan;
}

bool translate_dump(const module *m, const translate_options *options, size_t pass, FILE *to, diag *d) {
    if (!supported_module(m, d))
        return false;
    arena a = {0}, scratch = {0};
    callgraph calls = {0};
    lowered l = {0};
    strbuf text = {0};
    callgraph_build(&calls, m, throwers_of(options), !options->debug, &a);
    lower_plan plan = plan_of(m, &calls, options, &a);
    plan.kinds = split_find_kinds(&(generator){.m = m, .options = options, .arena = &a, .calls = calls});
    for (uint32_t k = m->imported_funcs; k < m->func_count && !d->failed; k++) {
        if (!calls.reachable[k])
            continue;
        arena_reset(&scratch);
        strbuf_clear(&text);
        if (lower_dump(&text, &l, &plan, &scratch, k, pass, d) && fputs(text.data, to) < 0)
            diag_fail(d, DIAG_NO_OFFSET, "cannot write: %s", strerror(errno));
    }
    strbuf_free(&text);
    lowered_free(&l);
    arena_free(&scratch);
    arena_free(&a);
    return !d->failed;
}

/* ---- Preparation ---- */

static void number_records(generator *g) {
    const module *m = g->m;
    g->records = arena_array(g->arena, m->func_count, sizeof *g->records);
    g->record_funcs = arena_array(g->arena, m->func_count, sizeof *g->record_funcs);
    g->referred = arena_array(g->arena, m->func_count, sizeof *g->referred);
    for (uint32_t k = 0; k < m->func_count; k++) {
        g->records[k] = NO_INDEX;
        if (m->funcs[k].is_referenced) {
            g->record_funcs[g->record_count] = k;
            g->referred[m->funcs[k].import == NO_INDEX ? g->calls.code[k] : k] = m->funcs[k].import == NO_INDEX;
            g->records[k] = g->record_count++;
        }
    }
}

/* ---- Files ---- */

typedef struct output_file {
    FILE *stream;
    char *path;
    size_t room; /* bytes that may still be written to this file and those after it */
} output_file;

static bool file_open(output_file *f, const char *directory, const char *name, diag *d) {
    strbuf path = {0};
    strbuf_printf(&path, "%s/%s", directory, name);
    f->path = path.data;
    f->stream = system_open(path.data, "w");
    if (!f->stream) {
        diag_fail(d, DIAG_NO_OFFSET, "cannot write %s: %s", path.data, strerror(errno));
        strbuf_free(&path);
        return false;
    }
    return true;
}

/* Writes the text to the file and clears it. */
static bool file_flush(output_file *f, out *o, diag *d) {
    marks_flush(o);
    if (o->text.count > f->room)
        return supported_refuse(LIMIT_OUTPUT, DIAG_NO_OFFSET, d);
    f->room -= o->text.count;
    if (o->text.count > 0 && fwrite(o->text.data, 1, o->text.count, f->stream) != o->text.count)
        return diag_fail(d, DIAG_NO_OFFSET, "cannot write %s: %s", f->path, strerror(errno));
    strbuf_clear(&o->text);
    return true;
}

static bool file_close(output_file *f, diag *d) {
    if (f->stream && fclose(f->stream) != 0)
        diag_fail(d, DIAG_NO_OFFSET, "cannot write %s: %s", f->path, strerror(errno));
    f->stream = NULL;
    free(f->path);
    f->path = NULL;
    return !d->failed;
}

static char *file_name(const char *format, const char *name, unsigned number) {
    strbuf s = {0};
    strbuf_printf(&s, format, name, number);
    return s.data;
}

/* ---- Writing ---- */

typedef struct writer {
    generator g;
    const char *directory;
    translate_result *result;
    diag *d;
    uint32_t files;
    output_file file;
    out o;
    bool has[SPECIAL_FILES]; /* this file is made, perhaps without functions */
    split_order order;       /* of the functions, by C file */
    size_t first;            /* position in `order` of the first function of the file being written */
    uint32_t number;         /* number of files begun */
    size_t asked;            /* how many of `order.starts` are known so far */
    uint32_t *first_export,
        *next_export; /* linked lists of each function's exports; null: wrappers of exports stand in NAME_data.c or NAME.c */
    data_cursor data;
    bool is_outlined;   /* in the file being written, inline functions remain calls: it is compiled without optimisation */
    uint32_t *declared; /* for each function: `number` of the last file that declares it */
} writer;

/* Writes the text of a long part to the file while it is being printed. If writing fails, the text is dropped and `d` has the reason. */
static void drain(void *writing, out *o) {
    writer *w = writing;
    if (w->file.stream && (w->d->failed || !file_flush(&w->file, o, w->d)))
        strbuf_clear(&o->text);
}

static bool end_file(writer *w) {
    return !w->d->failed && file_flush(&w->file, &w->o, w->d) && file_close(&w->file, w->d);
}

/* The name of a C file. A file that only debug information will name must not have the name of a source, which is often that of the
 * module. */
static char *source_name(const writer *w, const char *format, unsigned number) {
    bool is_temporary = w->g.options->debug && !w->g.options->c_directory;
    strbuf s = {0};
    strbuf_puts(&s, w->g.files);
    strbuf_printf(&s, format, number);
    strbuf_puts(&s, is_temporary ? ".wasm.c" : ".c");
    return s.data;
}

static void put_file_mark(writer *w) {
    const char *source = w->g.options->source;
    out_indent(&w->o);
    strbuf_printf(&w->o.text, MADE_BY "%s from ", w->g.options->name, WASMELT_VERSION);
    put_comment_text(&w->o.text, (span){(const uint8_t *)source, strlen(source)});
    strbuf_puts(&w->o.text, ". Do not edit. */\n");
}

/* Puts the mark (driver/mark.h) at the end of a C file, where it does not change the numbers of lines. */
static void put_mark(writer *w) {
    if (w->g.options->mark && w->g.options->c == C_GNU)
        out_line(&w->o, "__asm__(\".ident \\\"" MARK_FORMAT "%s\\\"\");", w->g.options->mark, WASMELT_VERSION);
}

static void put_outlined(writer *w) {
    out_line(&w->o, "#define WASMELT_OUTLINED /* as inlining takes compilers time for each statement behind a call */");
}

static bool begin_source(writer *w, char *name) {
    *vec_push(&w->result->sources) = name;
    *vec_push(&w->result->kinds) = SPECIAL_FILES;
    marks_begin_file(&w->o, name);
    put_file_mark(w);
    if (w->is_outlined)
        put_outlined(w);
    if (w->g.split)
        out_line(&w->o, "#include \"%s_internal.h\"\n", w->g.files);
    if (w->g.declares_locally)
        out_line(&w->o, "#pragma GCC visibility push(hidden)\n");
    return file_open(&w->file, w->directory, name, w->d);
}

/* Prints the functions that hosts call, for the functions of the file that ends here; they are outside of the part with hidden symbols. */
static void put_exports_of_file(writer *w, size_t end) {
    strbuf_puts(&w->o.text, "\n");
    for (size_t k = w->first; k < end; k++)
        put_exports_of(&w->g, &w->o, w->order.functions.data[k], w->first_export, w->next_export);
}

/* Ends the file being written; its functions are those of `order` from `first` up to `end`. */
static bool end_source(writer *w, size_t end) {
    if (w->g.declares_locally)
        out_line(&w->o, "#pragma GCC visibility pop");
    if (w->first_export)
        put_exports_of_file(w, end);
    put_mark(w);
    marks_end_file(&w->o);
    return end_file(w);
}

/* Writes data and everything else that is no function into the file that has been begun. */
static bool write_data(writer *w, uint32_t file) {
    put_data_of_file(&w->g, &w->o, &w->data, file);
    return !w->d->failed;
}

static bool begin_next(writer *w, char *name, size_t first) {
    bool ok = (w->number == 0 || end_source(w, first)) && begin_source(w, name) && file_flush(&w->file, &w->o, w->d);
    if (ok && w->number < w->g.data_file_count)
        ok = write_data(w, w->number) && file_flush(&w->file, &w->o, w->d);
    w->number++;
    w->first = first;
    return ok;
}

/* Makes empty files up to the number that --split asked for: build systems expect them by number. */
static bool begin_remaining(writer *w, size_t first) {
    bool ok = true;
    while (ok && w->number < w->files)
        ok = begin_next(w, source_name(w, "_%u", w->number), first);
    return ok;
}

static bool begin_special(writer *w, special_kind kind) {
    static const char *const formats[SPECIAL_FILES] = {"_large", "_huge"};
    size_t first = w->order.special[kind];
    if (!begin_remaining(w, first))
        return false;
    w->result->special[kind].source = w->result->sources.count;
    w->is_outlined = kind == FILE_HUGE;
    bool ok = begin_next(w, source_name(w, formats[kind], 0), first);
    if (ok)
        vec_last(&w->result->kinds) = kind;
    return ok;
}

/* Makes the empty files of the special kinds before `end` that have not been made. */
static bool begin_special_until(writer *w, int end) {
    bool ok = true;
    for (int kind = 0; ok && kind < end; kind++)
        if (w->has[kind] && w->result->special[kind].source == SIZE_MAX)
            ok = begin_special(w, kind);
    return ok;
}

/* The special kind whose first function stands at this position of the order; SPECIAL_FILES if none does. */
static special_kind special_at(const writer *w, size_t place) {
    for (int kind = 0; kind < SPECIAL_FILES; kind++)
        if (w->order.special[kind] == place && w->result->special[kind].count > 0)
            return kind;
    return SPECIAL_FILES;
}

static bool begins_file(void *context, size_t place) {
    writer *w = context;
    bool begins = w->asked < w->order.starts.count && w->order.starts.data[w->asked] == place;
    w->asked += begins;
    return begins || special_at(w, place) < SPECIAL_FILES;
}

static bool begin_functions(void *context, size_t first) {
    writer *w = context;
    special_kind kind = special_at(w, first);
    if (kind < SPECIAL_FILES)
        return begin_special_until(w, kind) && begin_special(w, kind);
    if (w->number >= w->order.starts.count || w->order.starts.data[w->number] != first)
        return true;
    return begin_next(w, source_name(w, "_%u", w->number), first);
}

/* Prints the declarations that must stand before a function: those of functions that it mentions and that this file has neither declared
 * nor defined yet. Returns the position of the first mention after this function's. */
static size_t declare_for_one(writer *w, const out *o, size_t from) {
    const mention *list = o->mentions.data;
    size_t k = from;
    for (; k < o->mentions.count && list[k].before == list[from].before; k++) {
        uint32_t f = list[k].func;
        if (w->declared[f] == w->number)
            continue;
        w->declared[f] = w->number;
        if (!list[k].defined || w->g.calls.tail_calls[f]) /* it has a second entry, which is mentioned before its definition */
            put_prototype(&w->o.text, &w->g, f);
    }
    return k;
}

static bool take_functions(void *context, out *o) {
    writer *w = context;
    size_t done = 0;
    for (size_t k = 0; k < o->mentions.count;) {
        size_t before = o->mentions.data[k].before;
        strbuf_append(&w->o.text, o->text.data + done, before - done);
        done = before;
        size_t count = w->o.text.count;
        k = declare_for_one(w, o, k);
        if (w->o.text.count > count)
            strbuf_puts(&w->o.text, "\n");
    }
    if (o->mentions.count == 0)
        return file_flush(&w->file, o, w->d);
    strbuf_append(&w->o.text, o->text.data + done, o->text.count - done);
    strbuf_clear(&o->text);
    vec_clear(&o->mentions);
    return file_flush(&w->file, &w->o, w->d);
}

static bool write_functions(writer *w) {
    text_sink sink = {w, begins_file, begin_functions, take_functions};
    return file_flush(&w->file, &w->o, w->d) &&
           emit_functions(&w->g, w->order.functions.data, w->order.functions.count, w->g.options->jobs, w->o.marks, &sink, w->d);
}

/* Declares functions for what follows them in the file: records and fixed tables refer to them, and functions for hosts call them. */
static void declare_referenced(writer *w) {
    const module *m = w->g.m;
    out_line(&w->o, "#pragma GCC visibility push(hidden)");
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        uint32_t f = w->g.calls.code[k];
        if ((m->funcs[k].is_referenced || k == m->start) && w->declared[f] != NO_INDEX) {
            w->declared[f] = NO_INDEX;
            put_prototype(&w->o.text, &w->g, f);
        }
    }
    out_line(&w->o, "#pragma GCC visibility pop\n");
}

static bool write_definitions(writer *w) {
    if (w->g.declares_locally)
        declare_referenced(w);
    marks_put_functions(&w->g, &w->o);
    return put_definitions_part(&w->g, &w->o, w->d) && file_flush(&w->file, &w->o, w->d);
}

/* Writes everything to NAME.c. */
static bool write_single(writer *w) {
    if (!begin_source(w, source_name(w, "", 0)))
        return false;
    put_declarations_part(&w->g, &w->o);
    split_none(&w->g, &w->order);
    return write_data(w, ALL_DATA) && write_functions(w) && write_definitions(w) && end_source(w, 0);
}

/* Whether constant expressions are so long that they need a file of their own, NAME_data.c, in which inline functions stay calls. */
static bool has_long_constants(const writer *w) {
    enum { MOST_BYTES = 4000 };
    return init_constant_bytes(w->g.m) > MOST_BYTES;
}

/* Writes NAME_internal.h; NAME_0.c ..., NAME_large.c and NAME_huge.c with the functions; and NAME_data.c with the rest. */
static bool write_split(writer *w) {
    char *internal = file_name("%s_internal.h", w->g.files, 0);
    *vec_push(&w->result->headers) = internal;
    if (!file_open(&w->file, w->directory, internal, w->d))
        return false;
    put_file_mark(w);
    put_declarations_part(&w->g, &w->o);
    if (!end_file(w))
        return false;
    split_plan(&w->g, w->files, &w->order);
    if (w->g.declares_locally)
        w->g.local = split_find_local(&w->g, &w->order);
    if (has_typed_api(&w->g)) {
        w->first_export = arena_array(w->g.arena, w->g.m->func_count, sizeof *w->first_export);
        w->next_export = arena_array(w->g.arena, w->g.m->export_count, sizeof *w->next_export);
        exports_by_function(&w->g, w->first_export, w->next_export);
    }
    size_t end = w->order.functions.count;
    bool ok = write_functions(w) && begin_remaining(w, end) && begin_special_until(w, SPECIAL_FILES);
    if (!ok || !end_source(w, end))
        return false;
    char *data = source_name(w, "_data", 0);
    *vec_push(&w->result->sources) = data;
    *vec_push(&w->result->kinds) = SPECIAL_FILES;
    put_file_mark(w);
    if (has_long_constants(w))
        put_outlined(w);
    if (w->g.form != FORM_CHECKED)
        out_line(&w->o, "#include \"%s.h\"", w->g.options->name);
    out_line(&w->o, "#include \"%s\"\n", internal);
    if (!file_open(&w->file, w->directory, data, w->d) || !write_data(w, ALL_DATA) || !write_definitions(w))
        return false;
    put_mark(w);
    return end_file(w);
}

static bool write_header(writer *w) {
    char *header = file_name("%s.h", w->g.options->name, 0);
    *vec_push(&w->result->headers) = header;
    if (!file_open(&w->file, w->directory, header, w->d))
        return false;
    put_header(&w->g, &w->o);
    return end_file(w);
}

/* So many entry points take less than a second of a C compiler's time. More are not optimised: they only pass values on. */
#define OPTIMIZED_ENTRIES 500

/* Writes NAME_ffi.h and NAME_ffi.c. */
static bool write_entries(writer *w) {
    char *header = file_name("%s_ffi.h", w->g.options->name, 0);
    *vec_push(&w->result->headers) = header;
    put_file_mark(w);
    if (!file_open(&w->file, w->directory, header, w->d))
        return false;
    entries_put_header(&w->g, &w->o);
    if (!end_file(w))
        return false;
    char *source = source_name(w, "_ffi", 0);
    *vec_push(&w->result->sources) = source;
    *vec_push(&w->result->kinds) = w->g.m->export_count > OPTIMIZED_ENTRIES ? FILE_HUGE : SPECIAL_FILES;
    put_file_mark(w);
    if (!file_open(&w->file, w->directory, source, w->d))
        return false;
    entries_put(&w->g, &w->o);
    return end_file(w);
}

static bool write_all(writer *w) {
    bool has_entries = w->g.options->plain_entries;
    if (w->g.form != FORM_CHECKED && (!write_header(w) || (has_entries && !write_entries(w))))
        return false;
    return w->g.split ? write_split(w) : write_single(w);
}

/* Decides which C files there are. If --split gives a number, this does not depend on the module. */
static void plan_files(writer *w) {
    uint32_t given = w->g.options->c == C_PLAIN ? 1 : w->g.options->split; /* parts of one module need hidden symbols */
    w->g.kinds = split_find_kinds(&w->g);
    w->g.ends_chain = chains_find_ends(&w->g);
    code_size size = split_measure(&w->g);
    uint64_t wanted = size.usual / BYTES_PER_FILE + 1, for_data = data_files(w->g.m);
    if (given)
        wanted = given;
    else if (wanted < for_data)
        wanted = for_data;
    w->files = (uint32_t)(wanted < MAX_FILES ? wanted : MAX_FILES);
    w->g.split = w->files > 1 || (!given && has_long_constants(w));
    if (given == 1)
        w->is_outlined = size.huge + init_constant_bytes(w->g.m) > size.usual;
    for (int kind = 0; kind < SPECIAL_FILES; kind++) {
        w->has[kind] = given ? given > 1 : size.count[kind] > 0;
        w->g.split |= w->has[kind];
        w->result->special[kind] = (special_file){SIZE_MAX, size.count[kind], size.largest[kind]};
    }
}

static const char *keep(strbuf *s, arena *a) {
    const char *kept = arena_string(a, s->data, s->count);
    strbuf_free(s);
    return kept;
}

static void give_names(generator *g) {
    strbuf host_name = {0}, name = {0}, files = {0};
    symbol_put_module(&host_name, g->options->name);
    strbuf_printf(&name, g->form == FORM_CHECKED ? CHECKED_NAME : "%s", host_name.data);
    strbuf_printf(&files, g->form == FORM_CHECKED ? CHECKED_FILES : "%s", g->options->name);
    g->host_name = keep(&host_name, g->arena);
    g->name = keep(&name, g->arena);
    g->files = keep(&files, g->arena);
}

static bool translate_form(const module *m, const translate_options *options, module_form form, const char *directory,
                           translate_result *result, diag *d) {
    arena a = {0};
    writer w = {.directory = directory, .result = result, .d = d};
    w.o.drain = drain;
    w.o.drain_context = &w;
    w.file.room = FREE_OUTPUT + OUTPUT_FOR_BYTE * m->input.length;
    w.g = (generator){.m = m, .options = options, .arena = &a, .form = form};
    give_names(&w.g);
    w.g.uses_data_sizes = m->has_data_count && m->data_count > 0;
    debug_lines *lines = NULL;
    bool ok = supported_module(m, d);
    if (ok)
        callgraph_build(&w.g.calls, m, throwers_of(options), !options->debug, &a);
    if (ok && options->c == C_PLAIN)
        ok = supported_plain(m, &w.g.calls, d);
    if (ok && options->system == SYSTEM_SMALL)
        ok = supported_small_system(m, d);
    if (ok) {
        plan_files(&w);
        w.g.declares_locally =
            w.g.split && !options->debug; /* not with -g, as #line needs the number of each line while functions are printed */
        w.declared = arena_array(&a, m->func_count, sizeof *w.declared);
        w.g.uses_vectors = w.g.calls.has_vectors || has_values(m, WASMELT_V128);
        w.g.uses_exceptions = w.g.calls.has_exceptions || w.g.calls.any_throws || has_values(m, WASMELT_EXNREF);
        w.g.counts_exceptions = has_values(m, WASMELT_EXNREF);
        w.g.called = arena_array(&a, m->func_count, sizeof *w.g.called);
        data_plan(&w.g, w.files);
        if (options->c == C_GNU && options->system == SYSTEM_USUAL)
            images_plan(&w.g);
        else
            w.g.in_image = arena_array(&a, m->data_count, sizeof *w.g.in_image);
        w.g.plan = plan_of(m, &w.g.calls, options, &a);
        w.g.plan.kinds = w.g.kinds;
        w.g.tables = w.g.plan.tables;
        object_names_find(&w.g);
        number_records(&w.g);
        names_assign(&w.g);
        if (options->debug) {
            lines = debug_lines_read(m, &result->lines_malformed);
            if (lines && !debug_lines_fit(lines, m)) {
                result->lines_misfit = true;
                debug_lines_free(lines);
                lines = NULL;
            }
            w.g.locals = result->lines_misfit ? NULL : debug_locals_read(m);
            result->has_lines = lines != NULL;
            w.o.marks = marks_new(&w.g, lines);
        }
        ok = write_all(&w);
    }
    if (w.file.stream)
        fclose(w.file.stream);
    free(w.file.path);
    strbuf_free(&w.o.text);
    split_free(&w.order);
    marks_free(w.o.marks);
    debug_lines_free(lines);
    debug_locals_free(w.g.locals);
    arena_free(&a);
    return ok;
}

bool translate(const module *m, const translate_options *options, const char *directory, translate_result *result, diag *d) {
    if (options->bounds != BOUNDS_EITHER)
        return translate_form(m, options, FORM_ONLY, directory, result, d);
    translate_options guarded = *options, checked = *options;
    guarded.bounds = BOUNDS_GUARD;
    checked.bounds = BOUNDS_EXPLICIT;
    return translate_form(m, &guarded, FORM_GUARDED, directory, result, d) &&
           translate_form(m, &checked, FORM_CHECKED, directory, result, d);
}
