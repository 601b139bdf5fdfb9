/* A host for modules with startup images: the descriptor is linked, or is that of ./m.so. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <wasmelt/wasmelt.h>

#ifdef SHARED
static const wasmelt_module *descriptor(void) {
    void *object = dlopen("./m.so", RTLD_NOW);
    if (!object) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    return dlsym(object, "m_module");
}
#else
extern const wasmelt_module m_module;

static const wasmelt_module *descriptor(void) {
    return &m_module;
}
#endif

static wasmelt_memory *memory_of(wasmelt_instance *instance, const char *name) {
    wasmelt_extern found;
    if (!wasmelt_export(instance, name, &found))
        exit(1);
    return found.memory;
}

static uint64_t resident(const wasmelt_memory *memory) {
    wasmelt_memory_statistics statistics;
    wasmelt_memory_get_statistics(memory, &statistics);
    return statistics.resident_bytes;
}

static uint64_t checksum(const wasmelt_memory *memory) {
    uint64_t sum = 0;
    for (uint64_t k = 0; k < memory->size; k++)
        sum = sum * 31 + memory->base[k];
    return sum;
}

/* The memories named in argv, one after the other, to standard output; how instantiating ended, to standard error. */
static void dump(const wasmelt_module *module, char **names) {
    wasmelt_instance *instance;
    wasmelt_error error;
    wasmelt_status status = wasmelt_instantiate(module, NULL, 0, &instance, &error);
    fprintf(stderr, "%d %s\n", (int)status, error.message);
    for (; instance && *names; names++) {
        wasmelt_memory *memory = memory_of(instance, *names);
        fprintf(stderr, "resident %llu\n", (unsigned long long)resident(memory));
        fwrite(memory->base, 1, memory->size, stdout);
    }
    wasmelt_instance_free(instance);
}

/* Instances do not see what others write, nor does the next one. */
static void many(const wasmelt_module *module) {
    enum { COUNT = 20 };
    wasmelt_instance *instances[COUNT];
    wasmelt_memory *memories[COUNT];
    for (int k = 0; k < COUNT; k++) {
        if (wasmelt_instantiate(module, NULL, 0, &instances[k], NULL) != WASMELT_OK)
            exit(1);
        memories[k] = memory_of(instances[k], "memory");
    }
    uint64_t all = 0;
    for (int k = 0; k < COUNT; k++)
        all += resident(memories[k]);
    printf("idle %llu\n", (unsigned long long)all);
    uint64_t before = checksum(memories[1]);
    memset(memories[0]->base, 0xAA, memories[0]->size);
    if (wasmelt_memory_grow(memories[0], 3) == UINT64_MAX || memories[0]->base[memories[0]->size - 1] != 0)
        exit(1);
    memories[2]->base[300000] ^= 1;
    printf("written %llu\n", (unsigned long long)resident(memories[2]));
    wasmelt_instance_free(instances[0]);
    if (wasmelt_instantiate(module, NULL, 0, &instances[0], NULL) != WASMELT_OK)
        exit(1);
    printf("same %d %d\n", checksum(memory_of(instances[0], "memory")) == before, checksum(memories[1]) == before);
    for (int k = 0; k < COUNT; k++)
        wasmelt_instance_free(instances[k]);
}

int main(int argc, char **argv) {
    const wasmelt_module *module = descriptor();
    if (argc > 2 && strcmp(argv[1], "without-files") == 0) { /* /proc cannot be opened: images are copied */
        struct rlimit none = {3, 3};
        setrlimit(RLIMIT_NOFILE, &none);
        dump(module, argv + 2);
    } else if (argc > 2 && strcmp(argv[1], "dump") == 0) {
        dump(module, argv + 2);
    } else {
        many(module);
    }
    return 0;
}
