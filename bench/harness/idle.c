/* What idle instances of the linked module keep: makes as many as the argument says, then prints what that has added, in
 * KiB: physical memory of the process that no file backs, all of it, and the kernel's page tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

extern const wasmelt_module library_module;

typedef struct memory {
    unsigned long own, resident, tables;
} memory;

static unsigned long field(const char *file, const char *name) {
    char line[256];
    unsigned long value = 0;
    FILE *f = fopen(file, "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtoul(line + strlen(name), NULL, 10);
    if (f)
        fclose(f);
    return value;
}

static memory measure(void) {
    return (memory){
        .own = field("/proc/self/smaps_rollup", "Anonymous:"),
        .resident = field("/proc/self/smaps_rollup", "Rss:"),
        .tables = field("/proc/self/status", "VmPTE:"),
    };
}

int main(int argc, char **argv) {
    size_t count = argc == 2 ? strtoul(argv[1], NULL, 10) : 1;
    wasmelt_instance **all = malloc(count * sizeof(wasmelt_instance *));
    if (!all)
        return 1;
    memset(all, 0, count * sizeof *all);
    measure(); /* the C library's buffers are there before */
    memory before = measure();
    for (size_t k = 0; k < count; k++) {
        wasmelt_error error;
        if (wasmelt_instantiate(&library_module, NULL, 0, &all[k], &error) != WASMELT_OK) {
            fprintf(stderr, "%s\n", error.message);
            return 1;
        }
    }
    memory after = measure();
    printf("%lu\n%lu\n%lu\n", after.own - before.own, after.resident - before.resident, after.tables - before.tables);
    for (size_t k = 0; k < count; k++)
        wasmelt_instance_free(all[k]);
    free(all);
    return 0;
}
