/* A host that embeds codec.wasm through its typed header: gives it the text of its first argument, prints what comes
 * back, and shows that a bad address ends the call and not the host.
 *
 *     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry codec.c -o codec.wasm
 *     wasmelt codec.wasm --emit=lib
 *     cc host.c libcodec.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec.h"

typedef struct job {
    codec *instance;
    const char *text;
    int32_t shift; /* added to the address that the codec reads from */
} job;

/* Copies `size` bytes into the instance's memory; their address there. Runs inside wasmelt_run. */
static uint32_t give(codec *instance, const void *bytes, uint32_t size) {
    uint32_t address = codec_allocate(instance, size);
    void *place = wasmelt_memory_at(codec_memory(instance), address, size);
    if (address == 0 || !place)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    memcpy(place, bytes, size);
    return address;
}

static void there_and_back(void *argument) {
    job *j = argument;
    uint32_t size = (uint32_t)strlen(j->text);
    codec_reset(j->instance);
    uint32_t text = give(j->instance, j->text, size);
    uint32_t packed = codec_allocate(j->instance, 2 * size);
    uint32_t packed_size = codec_encode(j->instance, text + (uint32_t)j->shift, size, packed);
    uint32_t again = codec_allocate(j->instance, size);
    uint32_t again_size = codec_decode(j->instance, packed, packed_size, again);
    /* The memory never moves: the pointer stays good while the instance lives. */
    const char *result = wasmelt_memory_at(codec_memory(j->instance), again, again_size);
    if (!result)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    printf("%u bytes, %u packed, back: %.*s\n", (unsigned)size, (unsigned)packed_size, (int)again_size, result);
}

int main(int argc, char **argv) {
    job j = {.text = argc > 1 ? argv[1] : "aaaaaaaabbbbccd"};
    wasmelt_error error;
    if (codec_instantiate(&j.instance, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    wasmelt_trap trap;
    if (wasmelt_run(there_and_back, &j, &trap) != WASMELT_TRAP_NONE)
        printf("trap: %s\n", wasmelt_trap_message(trap.code));
    j.shift = 0x7FFFFFFF; /* outside the memory: the codec traps, the host goes on */
    if (wasmelt_run(there_and_back, &j, &trap) != WASMELT_TRAP_NONE)
        printf("trap: %s\n", wasmelt_trap_message(trap.code));
    j.shift = 0;
    if (wasmelt_run(there_and_back, &j, &trap) != WASMELT_TRAP_NONE)
        printf("trap: %s\n", wasmelt_trap_message(trap.code));
    codec_instance_free(j.instance);
    return EXIT_SUCCESS;
}
