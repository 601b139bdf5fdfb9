/* A program of WASI for a microcontroller: says what it is, takes memory until there is none, and exports what the host calls. */
#include <stdio.h>
#include <stdlib.h>

__attribute__((export_name("sum_of_squares"))) unsigned sum_of_squares(unsigned count) {
    unsigned sum = 0;
    for (unsigned k = 1; k <= count; k++)
        sum += k * k;
    return sum;
}

__attribute__((export_name("load"))) unsigned load(const volatile unsigned *at) {
    return *at;
}

static volatile unsigned added;

__attribute__((export_name("depth"))) unsigned depth(unsigned count) {
    unsigned below = count ? depth(count - 1) : 0;
    added++;
    return below + 1;
}

static void *volatile block;

int main(int argc, char **argv) {
    unsigned blocks = 0;
    while ((block = malloc(16 * 1024)))
        blocks++;
    printf("hello from %s: %u blocks of 16 KiB\n", argc > 0 ? argv[0] : "nobody", blocks);
    return 7;
}
