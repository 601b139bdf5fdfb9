/* web-tree-sitter and two of its grammars, three modules linked to each other: a memory and a table that the host makes
 * are everyone's, the parser and a grammar share a stack pointer, and a grammar imports functions that the parser
 * exports. Places in memory and table are given as emscripten's dynamic linker does.
 *
 * Arguments: pairs of a grammar, "json" or "javascript", and a file of UTF-16. Prints the syntax trees. */
#include "host.h"
#include "javascript.h"
#include "json.h"
#include "ts.h"

enum { TEXT_BUFFER = 10 * 1024 }; /* bytes that the parser offers for each piece of text */

/* What the modules' "dylink.0" sections ask for. */
enum { JAVASCRIPT_BYTES = 381780, JAVASCRIPT_ELEMENTS = 7, JSON_BYTES = 2928, JSON_ELEMENTS = 1, ALIGNMENT = 16 };

typedef struct host {
    wasmelt_memory *memory;
    wasmelt_table *table;
    ts *parser;
    javascript *javascript;
    json *json;
    uint32_t stack_pointer, stack_low, stack_high, heap_base, memory_base, table_base;
    uint32_t grammar_base[2], grammar_table[2]; /* of JavaScript, JSON */
    /* the file being parsed */
    const char *grammar, *path;
    uint16_t *text;
    uint32_t units;
} host;

/* ---- What the parser imports ---- */

uint32_t WASMELT_IMPORT(ts, env, emscripten_resize_heap)(void *context, uint32_t bytes) {
    return grow_to(((host *)context)->memory, bytes);
}

void WASMELT_IMPORT(ts, env, _abort_js)(void *context) {
    (void)context;
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

uint32_t WASMELT_IMPORT(ts, env, tree_sitter_query_progress_callback)(void *context, uint32_t offset) {
    (void)context, (void)offset;
    return 0;
}

uint32_t WASMELT_IMPORT(ts, env, tree_sitter_progress_callback)(void *context, uint32_t offset, uint32_t has_error) {
    (void)context, (void)offset, (void)has_error;
    return 0;
}

void WASMELT_IMPORT(ts, env, tree_sitter_log_callback)(void *context, uint32_t is_lexing, uint32_t message) {
    (void)context, (void)is_lexing, (void)message;
}

/* The text from code unit `index` on: all that is left, as far as it fits with a zero behind it, though the number said
 * is of all. So does the package's JavaScript. */
void WASMELT_IMPORT(ts, env, tree_sitter_parse_callback)(void *context, uint32_t buffer, uint32_t index, uint32_t row, uint32_t column,
                                                         uint32_t count) {
    const host *h = context;
    (void)row, (void)column;
    uint32_t left = index < h->units ? h->units - index : 0, fits = TEXT_BUFFER / 2 - 1;
    uint16_t *to = wasmelt_memory_need(h->memory, buffer, TEXT_BUFFER);
    uint32_t copied = left < fits ? left : fits;
    memcpy(to, h->text + (h->units - left), 2 * (size_t)copied);
    to[copied] = 0;
    memcpy(wasmelt_memory_need(h->memory, count, sizeof left), &left, sizeof left);
}

/* ---- What a grammar imports of the parser's exports ---- */

uint32_t WASMELT_IMPORT(javascript, env, iswspace)(void *parser, uint32_t c) {
    return ts_iswspace(parser, c);
}

uint32_t WASMELT_IMPORT(javascript, env, iswalpha)(void *parser, uint32_t c) {
    return ts_iswalpha(parser, c);
}

/* ---- Linking ---- */

static void make_shared(host *h) {
    wasmelt_memory_type memory = {.minimum = 512, .maximum = 32768, .has_maximum = true, .page_size_log2 = 16};
    wasmelt_table_type table = {.minimum = 31, .element = WASMELT_FUNCREF};
    h->memory = wasmelt_memory_new(&memory);
    h->table = wasmelt_table_new(&table);
    if (!h->memory || !h->table)
        die("memory", "none left");
    h->memory_base = 1024;
    h->table_base = 1;
    h->stack_low = 16704;
    h->stack_high = h->stack_pointer = h->heap_base = 82240;
}

static void make_parser(host *h) {
    wasmelt_error error;
    ts_imports imports = {
        .context_env = h,
        .global_env_0__stack_pointer = &h->stack_pointer,
        .global_env_0__memory_base = &h->memory_base,
        .global_env_0__table_base = &h->table_base,
        .global_1GOT_2Emem_x__stack_low = &h->stack_low,
        .global_1GOT_2Emem_x__stack_high = &h->stack_high,
        .global_1GOT_2Emem_x__heap_base = &h->heap_base,
        .memory_env_0memory = h->memory,
        .table_env_0__indirect_function_table = h->table,
    };
    check_instance(ts_instantiate(&imports, &h->parser, &error), &error);
}

/* A grammar's place: bytes from the parser's malloc, elements at the end of the table. */
static void place(host *h, int k, uint32_t bytes, uint32_t elements) {
    uint32_t address = ts_malloc(h->parser, bytes + ALIGNMENT);
    uint64_t index = wasmelt_table_grow(h->table, elements, NULL);
    if (!address || index == UINT64_MAX)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    h->grammar_base[k] = (address + ALIGNMENT - 1) & ~(uint32_t)(ALIGNMENT - 1);
    h->grammar_table[k] = (uint32_t)index;
}

static void make_grammars(host *h) {
    wasmelt_error error;
    javascript_imports for_javascript = {
        .context_env = h->parser,
        .global_env_0__stack_pointer = &h->stack_pointer,
        .global_env_0__memory_base = &h->grammar_base[0],
        .global_env_0__table_base = &h->grammar_table[0],
        .memory_env_0memory = h->memory,
        .table_env_0__indirect_function_table = h->table,
    };
    check_instance(javascript_instantiate(&for_javascript, &h->javascript, &error), &error);
    json_imports for_json = {
        .global_env_0__memory_base = &h->grammar_base[1],
        .global_env_0__table_base = &h->grammar_table[1],
        .memory_env_0memory = h->memory,
        .table_env_0__indirect_function_table = h->table,
    };
    check_instance(json_instantiate(&for_json, &h->json, &error), &error);
}

static void link_all(void *argument) {
    host *h = argument;
    ts___wasm_apply_data_relocs(h->parser);
    ts___wasm_call_ctors(h->parser);
    place(h, 0, JAVASCRIPT_BYTES, JAVASCRIPT_ELEMENTS);
    place(h, 1, JSON_BYTES, JSON_ELEMENTS);
    make_grammars(h);
    javascript___wasm_apply_data_relocs(h->javascript);
    javascript___wasm_call_ctors(h->javascript);
    json___wasm_apply_data_relocs(h->json);
    json___wasm_call_ctors(h->json);
}

/* ---- Parsing ---- */

static void parse(void *argument) {
    host *h = argument;
    uint32_t buffer = ts_ts_init(h->parser); /* where the exports leave results */
    ts_ts_parser_new_wasm(h->parser);
    uint32_t made[2]; /* the parser and its input */
    memcpy(made, wasmelt_memory_need(h->memory, buffer, sizeof made), sizeof made);
    bool is_json = strcmp(h->grammar, "json") == 0;
    ts_ts_parser_set_language(h->parser, made[0],
                              is_json ? json_tree_sitter_json(h->json) : javascript_tree_sitter_javascript(h->javascript));
    ts_ts_parser_enable_logger_wasm(h->parser, made[0], 0);
    uint32_t tree = ts_ts_parser_parse_wasm(h->parser, made[0], made[1], 0, 0, 0);
    ts_ts_tree_root_node_wasm(h->parser, tree);
    uint32_t text = ts_ts_node_to_string_wasm(h->parser, tree);
    const char *printed = wasmelt_memory_string(h->memory, text, NULL);
    printf("%s\n", printed ? printed : "(no string)");
    ts_free(h->parser, text);
    ts_ts_tree_delete(h->parser, tree);
    ts_ts_parser_delete(h->parser, made[0]);
    ts_free(h->parser, made[1]);
}

static void parse_file(host *h) {
    uint32_t size = file_size(h->path);
    FILE *file = fopen(h->path, "rb");
    h->text = malloc(size + 2);
    h->units = size / 2;
    if (!file || !h->text || fread(h->text, 1, size, file) != size)
        die(h->path, "cannot be read");
    fclose(file);
    run(parse, h);
    free(h->text);
}

int main(int argc, char **argv) {
    host h = {0};
    make_shared(&h);
    make_parser(&h);
    run(link_all, &h);
    for (int k = 1; k + 1 < argc; k += 2) {
        h.grammar = argv[k];
        h.path = argv[k + 1];
        parse_file(&h);
    }
    json_instance_free(h.json);
    javascript_instance_free(h.javascript);
    ts_instance_free(h.parser);
    wasmelt_table_free(h.table);
    wasmelt_memory_free(h.memory);
    return end();
}
