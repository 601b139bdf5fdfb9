/* A host that loads modules it knows nothing of, as shared objects: each describes its imports and exports itself, and
 * each gets what those before it export, by name.
 *
 *     wasmelt ../link/shapes.wat --emit=shared && wasmelt ../link/painter.wat --emit=shared
 *     cc host.c $(pkg-config --cflags --libs wasmelt-host) -o host
 *     ./host ./shapes.so ./painter.so draw 256 6 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

enum { PLUGINS = 8, IMPORTS = 64 };

typedef struct plugin {
    char name[64]; /* of the file, without folder and ending: the module's, and what others import from it under */
    void *object;
    wasmelt_instance *instance;
} plugin;

static void fail(const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static const wasmelt_module *load(plugin *p, const char *path) {
    const char *slash = strrchr(path, '/');
    snprintf(p->name, sizeof p->name, "%s", slash ? slash + 1 : path);
    p->name[strcspn(p->name, ".")] = 0;
    p->object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!p->object)
        fail(path, dlerror());
    char symbol[80];
    snprintf(symbol, sizeof symbol, "%s_module", p->name);
    const wasmelt_module *module = dlsym(p->object, symbol);
    if (!module)
        fail(path, dlerror());
    return module;
}

static void describe(const wasmelt_module *m) {
    static const char *const kinds[] = {"function", "table", "memory", "global", "tag", "context"};
    for (uint32_t k = 0; k < m->import_count; k++)
        printf("%s imports %s %s.%s\n", m->name, kinds[m->imports[k].kind], m->imports[k].module.bytes, m->imports[k].name.bytes);
    for (uint32_t k = 0; k < m->export_count; k++)
        printf("%s exports %s %s\n", m->name, kinds[m->exports[k].kind], m->exports[k].name.bytes);
}

/* Calls the function with numbers: whatever its type is, the arguments are made to fit it. */
static void call(wasmelt_instance *instance, const char *name, char **words, int count) {
    wasmelt_extern e;
    wasmelt_value values[8] = {{0}};
    wasmelt_trap trap;
    if (!wasmelt_export(instance, name, &e) || e.kind != WASMELT_EXTERN_FUNC)
        fail(name, "no such function");
    const wasmelt_type *type = e.func->type;
    if (type->param_count != (uint32_t)count || count > 8 || type->result_count > 8)
        fail(name, "it takes another number of arguments");
    for (int k = 0; k < count; k++) {
        if (type->params[k] != WASMELT_I32)
            fail(name, "it takes something else than i32");
        values[k].i32 = (uint32_t)strtoul(words[k], NULL, 0);
    }
    if (wasmelt_call(e.func, values, values, &trap) != WASMELT_TRAP_NONE)
        fail(name, wasmelt_trap_message(trap.code));
    printf("%s returned", name);
    for (uint32_t k = 0; k < type->result_count; k++)
        printf(" %u", (unsigned)values[k].i32);
    printf("\n");
}

int main(int argc, char **argv) {
    plugin plugins[PLUGINS];
    wasmelt_import imports[IMPORTS];
    size_t plugin_count = 0, import_count = 0;
    int k = 1;
    for (; k < argc && strstr(argv[k], ".so") && plugin_count < PLUGINS; k++) {
        plugin *p = &plugins[plugin_count++];
        const wasmelt_module *module = load(p, argv[k]);
        wasmelt_error error;
        describe(module);
        if (wasmelt_instantiate(module, imports, import_count, &p->instance, &error) != WASMELT_OK)
            fail(argv[k], error.message);
        import_count += wasmelt_exports_as_imports(p->instance, p->name, &imports[import_count], IMPORTS - import_count);
        if (import_count > IMPORTS)
            fail(argv[k], "too many exports");
    }
    if (plugin_count > 0 && k < argc)
        call(plugins[plugin_count - 1].instance, argv[k], &argv[k + 1], argc - k - 1);
    while (plugin_count > 0) { /* importers first; the objects after the instances made from them */
        plugin *p = &plugins[--plugin_count];
        wasmelt_instance_free(p->instance);
        dlclose(p->object);
    }
    return EXIT_SUCCESS;
}
