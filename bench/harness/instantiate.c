/* Makes and frees instances of the linked module; prints the nanoseconds that each pair took. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <wasmelt/wasmelt.h>

extern const wasmelt_module library_module;

enum { WARM = 50, ROUNDS = 1000 };

static unsigned long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (unsigned long long)t.tv_sec * 1000000000ull + (unsigned long long)t.tv_nsec;
}

static wasmelt_instance *make(void) {
    wasmelt_instance *instance;
    wasmelt_error error;
    if (wasmelt_instantiate(&library_module, NULL, 0, &instance, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    return instance;
}

int main(void) {
    for (int k = 0; k < WARM + ROUNDS; k++) {
        unsigned long long before = now();
        wasmelt_instance_free(make());
        if (k >= WARM)
            printf("%llu\n", now() - before);
    }
    return 0;
}
