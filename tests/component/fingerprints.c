/* Prints the fingerprints of all functions of an adapter, as rows of translator/component/adapters.def: what is exported, the function
 * that instantiation calls, and, with the option -r, the function of index 0, which wit-component adds. */
#include <stdio.h>

#include "component/fingerprint.h"
#include "read/module.h"
#include "validate/validate.h"
#include "wasm/opcodes.h"

#include "../support/read_file.h"

static void print_row(const module *m, const char *name, size_t length, uint32_t func, uint32_t realloc) {
    uint64_t fingerprint;
    if (fingerprint_of(m, func, realloc, &fingerprint))
        printf("ADAPTER(\"%.*s\", 0x%016llX)\n", (int)length, name, (unsigned long long)fingerprint);
    else
        printf("// %.*s cannot be described\n", (int)length, name);
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 2;
    module m;
    arena a = {0};
    diag d;
    diag_init(&d);
    opcodes_prepare();
    span bytes = read_file(argv[argc - 1]);
    if (!module_read(&m, bytes, &a, &d) || !module_validate(&m, 1, &d)) {
        diag_print(&d, argv[argc - 1], NULL);
        return 1;
    }
    uint32_t realloc = argc > 2 ? m.imported_funcs : NO_INDEX;
    if (realloc != NO_INDEX)
        print_row(&m, "(realloc)", 9, realloc, NO_INDEX);
    if (m.start != NO_INDEX)
        print_row(&m, "(start)", 7, m.start, realloc);
    for (uint32_t k = 0; k < m.export_count; k++) {
        if (m.exports[k].kind != EXTERN_FUNC)
            continue;
        unversioned u = name_without_version(m.exports[k].name);
        char name[200];
        size_t length = (size_t)snprintf(name, sizeof name, "%.*s%.*s", (int)u.before.length, (const char *)u.before.bytes,
                                         (int)u.after.length, u.after.length ? (const char *)u.after.bytes : "");
        print_row(&m, name, length, m.exports[k].index, realloc);
    }
    arena_free(&a);
    free((void *)bytes.bytes);
    return 0;
}
