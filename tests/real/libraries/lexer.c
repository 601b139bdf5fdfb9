/* es-module-lexer: the imports and exports of JavaScript modules, given as files of UTF-16. One instance for all of
 * them. */
#include "host.h"
#include "lexer.h"

typedef struct source {
    lexer *l;
    const char *path;
} source;

/* A position, of which -1 stands for none. */
static int at(uint32_t position) {
    return (int32_t)position;
}

/* As parse() in the package's lexer.minimal.js. */
static void parse(void *argument) {
    const source *s = argument;
    lexer *l = s->l;
    uint32_t bytes = file_size(s->path), units = bytes / 2;
    wasmelt_memory *memory = lexer_memory(l);
    uint64_t needed = *lexer___heap_base(l) + 12 * ((uint64_t)units + 1) + 16;
    if (needed > memory->size && wasmelt_memory_grow(memory, (needed - memory->size + 65535) / 65536) == UINT64_MAX)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    read_file(s->path, memory, lexer_sa(l, units), bytes);
    if (!lexer_parse(l)) {
        printf("error at %d\n", at(lexer_e(l)));
        return;
    }
    while (lexer_ri(l))
        printf("import type %u at %d..%d in %d..%d, dynamic %d, attributes %d\n", (unsigned)(lexer_it(l) & 15), at(lexer_is(l)),
               at(lexer_ie(l)), at(lexer_ss(l)), at(lexer_se(l)), at(lexer_id(l)), at(lexer_ai(l)));
    while (lexer_re(l))
        printf("export at %d..%d, local %d..%d\n", at(lexer_es(l)), at(lexer_ee(l)), at(lexer_els(l)), at(lexer_ele(l)));
}

int main(int argc, char **argv) {
    source s;
    wasmelt_error error;
    check_instance(lexer_instantiate(&s.l, &error), &error);
    for (int k = 1; k < argc; k++) {
        s.path = argv[k];
        run(parse, &s);
    }
    lexer_instance_free(s.l);
    return end();
}
