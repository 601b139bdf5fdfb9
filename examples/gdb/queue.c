/* A program whose variables gdb shows as they are in this source, though what runs is native code made from WebAssembly. session.gdb has
 * the commands; without -x and -batch they can be typed.
 *
 *     clang --target=wasm32-wasi -g queue.c -o queue.wasm
 *     wasmelt -g -O0 queue.wasm -o queue
 *     gdb -q -batch -iex "add-auto-load-safe-path $(dirname $(dirname $(command -v wasmelt)))/share/gdb" -x session.gdb ./queue
 *
 * -iex lets gdb load the extension from where Wasmelt is installed; in /usr it needs no permission. */
#include <stdio.h>

enum state { WAITING, SERVED };

struct guest {
    const char *name;
    enum state state;
    int minutes[2]; /* came, waits */
    struct guest *next;
};

static int longest(const struct guest *first) {
    int most = 0;
    for (const struct guest *g = first; g; g = g->next)
        if (g->state == WAITING && g->minutes[1] > most)
            most = g->minutes[1];
    return most;
}

int main(void) {
    struct guest last = {"Grace", WAITING, {12, 45}, NULL}, second = {"Ada", SERVED, {5, 60}, &last};
    struct guest first = {"Edith", WAITING, {0, 30}, &second};
    printf("%d\n", longest(&first));
    return 0;
}
