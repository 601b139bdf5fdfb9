/* A program that takes what it gets: memory, stack or time, as its argument says. run.sh runs it within limits, some of which are part of
 * the executable.
 *
 *     clang --target=wasm32-wasi -O1 greedy.c -o greedy.wasm
 *     wasmelt --max-memory=16M --max-stack=1M --fuel greedy.wasm -o greedy
 *     sh run.sh */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile unsigned steps;
static void *volatile block;

static unsigned deeper(unsigned depth) {
    return depth == UINT32_MAX ? steps++ : deeper(depth + 1) + steps;
}

int main(int argc, char **argv) {
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "memory") == 0) {
        int blocks = 0;
        while ((block = malloc(1000000)))
            blocks++;
        printf("%d blocks of a megabyte\n", blocks);
    } else if (strcmp(what, "stack") == 0) {
        return (int)deeper(0);
    } else if (strcmp(what, "time") == 0) {
        for (;;)
            steps++;
    }
    return 0;
}
