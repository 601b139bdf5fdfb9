/* Prints what there is to say about a component, for people and as JSON: first the verdict, then what it has inside. */
#include "base/say.h"
#include "inspect/component.h"
#include "inspect/json_writer.h"
#include "inspect/print.h"

enum { SCHEMA = 1, MOST_LINES = 40, MOST_NAME = 100 };

static const char *component_section_name(uint8_t id) {
    static const char *const names[] = {"custom", "core module", "core instance", "core type", "component", "instance", "alias",
                                        "type",   "canon",       "start",         "import",    "export",    "value"};
    return names[id];
}

/* How many names and types of imports and exports may be written, in proportion to the file: a type that is used again and again is written
 * again only if it has no name, so that nothing but hostile components has more. */
static uint64_t most_words(const component *c) {
    return 10000 + 4 * c->input.length;
}

/* ---- Text ---- */

static void put_name(strbuf *s, span name) {
    strbuf_put(s, '"');
    say_quoted(s, name.bytes, name.length, MOST_NAME);
    strbuf_put(s, '"');
}

static void heading(strbuf *s, const char *title, uint64_t count) {
    strbuf_printf(s, "\n%s (", title);
    describe_number(s, count);
    strbuf_puts(s, ")\n");
}

/* Whether line `k` of a list is to be printed; if not, prints how many are left out. */
static bool goes_on(strbuf *s, FILE *to, uint64_t k, uint64_t count, bool whole) {
    print_out(s, to, PRINT_OFTEN);
    if (k < count && (whole || k < MOST_LINES || count == MOST_LINES + 1))
        return true;
    if (k < count) {
        strbuf_puts(s, "  ... ");
        describe_number(s, count - k);
        strbuf_puts(s, " more: -v lists them\n");
    }
    return false;
}

static void print_verdict(strbuf *s, const component_inspection *i) {
    strbuf_puts(s, "\nWasmelt\n");
    if (i->program) {
        strbuf_puts(s, "  translates it as a program of WASI preview 1, without the adapter around it: wasmelt INPUT -o PROGRAM\n");
        return;
    }
    if (i->is_command) {
        strbuf_puts(s, "  translates it as a program of WASI 0.2 or 0.3: wasmelt INPUT -o PROGRAM\n");
        return;
    }
    if (i->is_library) {
        strbuf_puts(s, "  translates it as a C library: wasmelt INPUT --emit=lib\n  not as a program: ");
        strbuf_puts(s, i->refusal->message);
    } else {
        strbuf_printf(s, "  cannot translate it yet: %s", i->refusal->message);
    }
    if (i->refusal->offset != DIAG_NO_OFFSET)
        strbuf_printf(s, ", at byte 0x%zx", i->refusal->offset);
    strbuf_put(s, '\n');
}

static void print_sections(strbuf *s, FILE *to, const component *c, bool whole) {
    heading(s, "Sections", c->section_count);
    strbuf_puts(s, "         bytes    offset\n");
    for (uint64_t k = 0; goes_on(s, to, k, c->section_count, whole); k++) {
        const component_section *section = &c->sections[k];
        describe_right(s, 14, section->size);
        strbuf_printf(s, " %#9zx  %s", section->offset, component_section_name(section->id));
        if (section->name.bytes) {
            strbuf_put(s, ' ');
            put_name(s, section->name);
        }
        strbuf_put(s, '\n');
    }
}

static void print_modules(strbuf *s, FILE *to, const component *c, bool whole) {
    if (c->module_count == 0)
        return;
    heading(s, "Core modules", c->module_count);
    strbuf_puts(s, "         bytes    offset\n");
    for (uint64_t k = 0; goes_on(s, to, k, c->module_count, whole); k++) {
        const core_module *m = &c->modules[k];
        describe_right(s, 14, m->bytes.length);
        strbuf_printf(s, " %#9zx  %u", m->offset, (unsigned)k);
        if (m->m.name.bytes) {
            strbuf_put(s, ' ');
            put_name(s, m->m.name);
        }
        strbuf_puts(s, ": ");
        describe_count(s, m->m.func_count - m->m.imported_funcs, "function");
        strbuf_puts(s, ", ");
        describe_count(s, m->m.import_count, "import");
        strbuf_puts(s, ", ");
        describe_count(s, m->m.export_count, "export");
        strbuf_put(s, '\n');
    }
}

static void print_components(strbuf *s, FILE *to, const component *c, bool whole) {
    if (c->component_count == 0)
        return;
    heading(s, "Components inside", c->component_count);
    strbuf_puts(s, "         bytes    offset\n");
    for (uint64_t k = 0; goes_on(s, to, k, c->component_count, whole); k++) {
        const component *inner = c->components[k];
        describe_right(s, 14, inner->input.length);
        strbuf_printf(s, " %#9zx  %u", inner->offset, (unsigned)k);
        if (inner->name.bytes) {
            strbuf_put(s, ' ');
            put_name(s, inner->name);
        }
        strbuf_puts(s, ": ");
        describe_count(s, inner->module_count, "core module");
        strbuf_puts(s, ", ");
        describe_count(s, inner->import_count, "import");
        strbuf_puts(s, ", ");
        describe_count(s, inner->export_count, "export");
        strbuf_put(s, '\n');
    }
}

static void print_externs(strbuf *s, FILE *to, const char *title, const char *word, const component_extern *externs, uint32_t count,
                          bool whole, uint64_t *room) {
    if (count == 0)
        return;
    heading(s, title, count);
    for (uint64_t k = 0; goes_on(s, to, k, count, whole); k++) {
        strbuf_printf(s, "  %s ", word);
        describe_extern(s, &externs[k], 2, room);
        strbuf_put(s, '\n');
    }
}

static void count_canons(const component *c, uint32_t counts[CANON_COUNT]) {
    for (uint32_t k = 0; k < c->canon_count; k++)
        counts[c->canons[k].kind]++;
}

static void print_canons(strbuf *s, const component *c) {
    uint32_t counts[CANON_COUNT] = {0};
    if (c->canon_count == 0)
        return;
    count_canons(c, counts);
    heading(s, "Canonical functions", c->canon_count);
    for (int k = 0; k < CANON_COUNT; k++)
        if (counts[k] > 0)
            strbuf_printf(s, "  %u %s\n", (unsigned)counts[k], canon_name((canon_kind)k));
}

void inspect_component_text(const component_inspection *i, bool whole, FILE *to) {
    const component *c = i->c;
    strbuf out = {0}, *s = &out;
    uint64_t room = most_words(c);
    say_quoted(s, i->path, strlen(i->path), MOST_NAME);
    strbuf_puts(s, ": ");
    describe_count(s, c->input.length, "byte");
    strbuf_puts(s, ", component");
    if (c->name.bytes) {
        strbuf_put(s, ' ');
        put_name(s, c->name);
    }
    strbuf_put(s, '\n');
    print_verdict(s, i);
    print_sections(s, to, c, whole);
    print_modules(s, to, c, whole);
    print_components(s, to, c, whole);
    print_canons(s, c);
    print_externs(s, to, "Imports", "import", c->imports, c->import_count, whole, &room);
    print_externs(s, to, "Exports", "export", c->exports, c->export_count, whole, &room);
    print_out(s, to, 0);
    strbuf_free(s);
}

/* ---- JSON ---- */

static void json_verdict(json *j, const component_inspection *i) {
    json_open_member(j, "wasmelt", '{');
    bool translates = i->program || i->is_command || i->is_library;
    json_boolean(j, "translates", translates);
    if (translates) {
        json_null(j, "problem");
    } else {
        json_open_member(j, "problem", '{');
        json_word(j, "message", i->refusal->message);
        json_number_or_null(j, "offset", i->refusal->offset != DIAG_NO_OFFSET, i->refusal->offset);
        json_close(j, '}');
    }
    json_word(j, "use", i->program || i->is_command ? "program" : i->is_library ? "library" : "none");
    json_close(j, '}');
}

static void json_sections(json *j, const component *c) {
    json_open_member(j, "sections", '[');
    for (uint32_t k = 0; k < c->section_count; k++) {
        json_open_item(j);
        json_number(j, "id", c->sections[k].id);
        json_word(j, "section", component_section_name(c->sections[k].id));
        json_string_or_null(j, "name", c->sections[k].name);
        json_number(j, "offset", c->sections[k].offset);
        json_number(j, "size", c->sections[k].size);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_inside(json *j, const component *c) {
    json_open_member(j, "core_modules", '[');
    for (uint32_t k = 0; k < c->module_count; k++) {
        const core_module *m = &c->modules[k];
        json_open_item(j);
        json_string_or_null(j, "name", m->m.name);
        json_number(j, "offset", m->offset);
        json_number(j, "size", m->bytes.length);
        json_number(j, "functions", m->m.func_count - m->m.imported_funcs);
        json_number(j, "imports", m->m.import_count);
        json_number(j, "exports", m->m.export_count);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "components", '[');
    for (uint32_t k = 0; k < c->component_count; k++) {
        const component *inner = c->components[k];
        json_open_item(j);
        json_string_or_null(j, "name", inner->name);
        json_number(j, "offset", inner->offset);
        json_number(j, "size", inner->input.length);
        json_number(j, "core_modules", inner->module_count);
        json_number(j, "imports", inner->import_count);
        json_number(j, "exports", inner->export_count);
        json_close(j, '}');
    }
    json_close(j, ']');
    uint32_t counts[CANON_COUNT] = {0};
    count_canons(c, counts);
    json_open_member(j, "canonical_functions", '{');
    for (int k = 0; k < CANON_COUNT; k++)
        if (counts[k] > 0)
            json_number(j, canon_name((canon_kind)k), counts[k]);
    json_close(j, '}');
}

static void json_externs(json *j, const char *name, const component_extern *externs, uint32_t count, uint64_t *room) {
    strbuf wit = {0};
    json_open_member(j, name, '[');
    for (uint32_t k = 0; k < count; k++) {
        strbuf_clear(&wit);
        describe_extern(&wit, &externs[k], 0, room);
        json_open_item(j);
        json_word(j, "kind", sort_name(externs[k].sort));
        json_string(j, "name", externs[k].name);
        json_string(j, "wit", (span){(const uint8_t *)wit.data, wit.count});
        json_close(j, '}');
    }
    json_close(j, ']');
    strbuf_free(&wit);
}

void inspect_component_json(const component_inspection *i, FILE *to) {
    const component *c = i->c;
    strbuf out = {0};
    json j = {.to = to, .out = &out, .first = true};
    uint64_t room = most_words(c);
    json_open(&j, '{');
    json_number(&j, "schema", SCHEMA);
    json_word(&j, "file", i->path);
    json_number(&j, "bytes", c->input.length);
    json_string_or_null(&j, "name", c->name);
    json_word(&j, "kind", "component");
    json_verdict(&j, i);
    json_sections(&j, c);
    json_inside(&j, c);
    json_externs(&j, "imports", c->imports, c->import_count, &room);
    json_externs(&j, "exports", c->exports, c->export_count, &room);
    json_close(&j, '}');
    strbuf_put(&out, '\n');
    print_out(&out, to, 0);
    strbuf_free(&out);
}
