/* sql.js, which is SQLite: runs the statements of a file in a database in memory, with a function of the host's that SQL
 * can call. The module's names are emscripten's, said beside the calls; of what it imports, a database in memory needs
 * the time, an empty environment and more memory only.
 *
 * Prints each row, its columns as text, and errors. */
#include "host.h"
#include "sql.h"

enum { ROW = 100, OK = 0, UTF8 = 1, MANY = 64 };

typedef struct host {
    sql *s;
    const char *path;
    uint32_t database;
    wasmelt_func reverse; /* in the module's table until the end */
} host;

static const char *string(sql *s, uint32_t address) {
    const char *text = address ? wasmelt_memory_string(sql_O(s), address, NULL) : "NULL";
    return text ? text : "(no string)";
}

static uint32_t allocate(sql *s, uint32_t size) {
    uint32_t address = sql_Ia(s, size); /* malloc */
    if (!address)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return address;
}

static uint32_t give(sql *s, const char *text) {
    uint32_t size = (uint32_t)strlen(text) + 1, address = allocate(s, size);
    wasmelt_memory_write(sql_O(s), address, text, size);
    return address;
}

static uint32_t word_at(sql *s, uint32_t address) {
    uint32_t word;
    memcpy(&word, wasmelt_memory_need(sql_O(s), address, sizeof word), sizeof word);
    return word;
}

/* ---- reversed(text), called by SQLite through its table ---- */

static void reverse(void *context, uint32_t call, uint32_t count, uint32_t values) {
    const host *h = context;
    if (count != 1)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    const char *text = string(h->s, sql_S(h->s, word_at(h->s, values))); /* sqlite3_value_text */
    char reversed[MANY];
    size_t length = strlen(text);
    if (length > MANY - 1)
        length = MANY - 1;
    for (size_t k = 0; k < length; k++)
        reversed[k] = text[length - 1 - k];
    reversed[length] = 0;
    uint32_t result = give(h->s, reversed);
    sql_pa(h->s, call, result, (uint32_t)length, UINT32_MAX); /* sqlite3_result_text; -1: it takes a copy */
    sql_Ja(h->s, result);                                     /* free */
}

static void add_function(host *h) {
    static const wasmelt_valtype three[] = {WASMELT_I32, WASMELT_I32, WASMELT_I32};
    static const wasmelt_type type = {.params = three, .param_count = 3};
    uint64_t index = UINT64_MAX;
    if (wasmelt_func_init(&h->reverse, (wasmelt_code)reverse, h, &type))
        index = wasmelt_table_grow(sql_Q(h->s), 1, &h->reverse);
    if (index == UINT64_MAX)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    uint32_t name = give(h->s, "reversed");
    sql_Fa(h->s, h->database, name, 1, UTF8, 0, (uint32_t)index, 0, 0, 0); /* sqlite3_create_function_v2 */
    sql_Ja(h->s, name);
}

/* ---- Statements ---- */

static void print_row(sql *s, uint32_t statement) {
    uint32_t columns = sql_ra(s, statement); /* sqlite3_column_count */
    for (uint32_t k = 0; k < columns; k++)
        printf("%s%s", k ? "|" : "", string(s, sql_Z(s, statement, k))); /* sqlite3_column_text */
    printf("\n");
}

/* All statements of the file; an error ends it. */
static void run_file(void *argument) {
    host *h = argument;
    sql *s = h->s;
    sql_P(s); /* what C runs before main */
    uint32_t out = allocate(s, 8), name = give(s, ":memory:"), size = file_size(h->path);
    if (sql_Ha(s, name, out) != OK) /* sqlite3_open */
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    h->database = word_at(s, out);
    add_function(h);
    uint32_t text = allocate(s, size + 1), next = text;
    read_file(h->path, sql_O(s), text, size);
    wasmelt_memory_write(sql_O(s), text + size, "", 1);
    while (*string(s, next)) {
        uint32_t status = sql_T(s, h->database, next, UINT32_MAX, out, out + 4); /* sqlite3_prepare_v2 */
        uint32_t statement = word_at(s, out);
        next = word_at(s, out + 4);
        while (status == OK && statement && (status = sql_U(s, statement)) == ROW) { /* sqlite3_step */
            print_row(s, statement);
            status = OK;
        }
        if (sql_X(s, statement) != OK || status == 1) {                 /* sqlite3_finalize */
            printf("error: %s\n", string(s, sql___13(s, h->database))); /* sqlite3_errmsg */
            break;
        }
    }
    sql_Ja(s, text);
    sql_Ja(s, out);
    sql_Ja(s, name);
    sql_Ea(s, h->database); /* sqlite3_close_v2 */
}

/* ---- What the module imports ---- */

double WASMELT_IMPORT(sql, a, c)(void *context) { /* performance.now */
    return 0;
}

double WASMELT_IMPORT(sql, a, d)(void *context) { /* Date.now */
    return 1e12;
}

uint32_t WASMELT_IMPORT(sql, a, p)(void *context) { /* the most bytes that the memory may have */
    return UINT32_C(1) << 31;
}

uint32_t WASMELT_IMPORT(sql, a, l)(void *context, uint32_t bytes) { /* emscripten_resize_heap */
    return grow_to(sql_O(((host *)context)->s), bytes);
}

uint32_t WASMELT_IMPORT(sql, a, H)(void *context, uint32_t count, uint32_t bytes) { /* environ_sizes_get: none */
    wasmelt_memory *m = sql_O(((host *)context)->s);
    memset(wasmelt_memory_need(m, count, 4), 0, 4);
    memset(wasmelt_memory_need(m, bytes, 4), 0, 4);
    return 0;
}

uint32_t WASMELT_IMPORT(sql, a, G)(void *context, uint32_t pointers, uint32_t texts) { /* environ_get */
    return 0;
}

/* Files and the rest, which nothing here needs. */
#define NOT_NEEDED(result, name, ...)                                                                                                      \
    result WASMELT_IMPORT(sql, a, name)(void *context, ##__VA_ARGS__) {                                                                    \
        wasmelt_trap_raise(WASMELT_TRAP_HOST);                                                                                             \
    }
NOT_NEEDED(void, a, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, b, uint32_t p0, uint32_t p1, uint32_t p2)
NOT_NEEDED(uint32_t, e, uint32_t p0)
NOT_NEEDED(void, f, uint32_t p0)
NOT_NEEDED(uint32_t, g, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, h, uint32_t p0, uint32_t p1, uint32_t p2)
NOT_NEEDED(uint32_t, i, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, j, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, k, uint32_t p0, double p1)
NOT_NEEDED(uint32_t, m, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, n, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, o, uint32_t p0, uint32_t p1, uint32_t p2)
NOT_NEEDED(uint32_t, q, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, r, uint32_t p0)
NOT_NEEDED(uint32_t, s, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, t, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(void, u, uint32_t p0)
NOT_NEEDED(void, v)
NOT_NEEDED(void, w)
NOT_NEEDED(uint32_t, x, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, y, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3, uint64_t p4, uint32_t p5, uint32_t p6)
NOT_NEEDED(uint32_t, z, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4, uint64_t p5)
NOT_NEEDED(uint32_t, A, uint64_t p0, uint32_t p1)
NOT_NEEDED(void, B, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, C, uint32_t p0, uint32_t p1, uint32_t p2)
NOT_NEEDED(uint32_t, D, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, E, uint32_t p0, uint64_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, F)
NOT_NEEDED(uint32_t, I, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, J, uint32_t p0, uint64_t p1)
NOT_NEEDED(uint32_t, K, uint32_t p0)
NOT_NEEDED(uint32_t, L, uint32_t p0, uint32_t p1, uint32_t p2, uint32_t p3)
NOT_NEEDED(uint32_t, M, uint32_t p0, uint32_t p1)
NOT_NEEDED(uint32_t, N, uint32_t p0, uint32_t p1)

int main(int argc, char **argv) {
    for (int k = 1; k < argc; k++) {
        host h = {.path = argv[k]};
        sql_imports imports = {.context_a = &h};
        wasmelt_error error;
        check_instance(sql_instantiate(&imports, &h.s, &error), &error);
        run(run_file, &h);
        sql_instance_free(h.s);
    }
    return end();
}
