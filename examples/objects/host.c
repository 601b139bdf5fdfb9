/* A host that keeps objects of a garbage-collected library over many calls: by handles, as what is in a C variable only is kept only
 * while that is on the stack.
 *
 *     wasm-as -all notes.wat -o notes.wasm      (binaryen 116 or newer)
 *     wasmelt notes.wasm --emit=lib
 *     cc host.c libnotes.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "notes.h"

enum { KEPT = 3, NOTES = 200000 };

typedef struct desk {
    notes *library;
    wasmelt_heap *heap;
    wasmelt_ref *kept[KEPT]; /* the first notes of three threads; everything else may go */
    uint32_t depth;
} desk;

/* A note with this text. References in C variables are safe here: whatever is on the stack stays where it is. */
static wasmelt_object *write_note(desk *d, const char *words, wasmelt_object *answers) {
    uint32_t length = (uint32_t)strlen(words);
    wasmelt_object *text = notes_text(d->library, length);
    wasmelt_array_write(d->heap, text, 0, length, words);
    return notes_note(d->library, text, answers);
}

/* Called by wasmelt_run, as making objects may trap: the heap has a limit. */
static void fill(void *argument) {
    desk *d = argument;
    for (uint32_t k = 0; k < NOTES; k++) {
        char words[32];
        snprintf(words, sizeof words, "note %" PRIu32, k);
        wasmelt_object *answers = k < KEPT ? NULL : wasmelt_ref_get(d->kept[k % KEPT]);
        wasmelt_object *note = write_note(d, words, answers);
        if (k < KEPT)
            d->kept[k] = wasmelt_ref_new(d->heap, note);
    }
    /* A thread of answers that is referred to by its last one only. */
    wasmelt_object *last = wasmelt_ref_get(d->kept[0]);
    for (uint32_t k = 0; k < 1000; k++)
        last = write_note(d, "and another", last);
    d->depth = notes_depth(d->library, last);
}

static void read_kept(void *argument) {
    desk *d = argument;
    for (int k = 0; k < KEPT; k++) {
        wasmelt_object *text = notes_read(d->library, wasmelt_ref_get(d->kept[k]));
        char words[32] = "";
        wasmelt_array_read(d->heap, text, 0, wasmelt_array_length(d->heap, text), words);
        printf("kept: %s\n", words);
    }
}

int main(void) {
    wasmelt_options options = {.heap = {.maximum_bytes = 32 << 20}};
    wasmelt_error error;
    desk d = {0};
    if (notes_instantiate_with(&options, &d.library, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    d.heap = ((wasmelt_instance *)d.library)->heap;
    wasmelt_trap_code trap = wasmelt_run(fill, &d, NULL);
    if (trap == WASMELT_TRAP_NONE)
        trap = wasmelt_run(read_kept, &d, NULL);
    printf("%d notes, %" PRIu32 " deep: %s\n", NOTES, d.depth, trap == WASMELT_TRAP_NONE ? "all in 32 MiB" : wasmelt_trap_message(trap));
    for (int k = 0; k < KEPT; k++)
        wasmelt_ref_release(d.kept[k]);
    wasmelt_collect(d.heap);
    wasmelt_heap_statistics statistics;
    wasmelt_heap_get_statistics(d.heap, &statistics);
    printf("left: less than 64 KiB: %s; collected: %s\n", statistics.alive_bytes < 64 << 10 ? "yes" : "no",
           statistics.minor_collections + statistics.full_collections > 1 ? "yes" : "no");
    notes_instance_free(d.library);
    return trap != WASMELT_TRAP_NONE;
}
