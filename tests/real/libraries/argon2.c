/* argon2-browser: hashes a password and verifies it, with each kind of the function. The module's names are
 * emscripten's: f is malloc, g free, i argon2_error_message, j argon2_encodedlen, l argon2_hash_ext, m
 * argon2_verify_ext, d what C runs before main. Arguments: KIND (0 to 2) KIBIBYTES TIMES LANES PASSWORD SALT, in sixes. */
#include "host.h"
#include "argon2.h"

enum { HASH = 32, VERSION = 0x13 };

/* memcpy for large blocks */
uint32_t WASMELT_IMPORT(argon2, a, a)(void *context, uint32_t to, uint32_t from, uint32_t length) {
    wasmelt_memory *m = argon2_c(*(argon2 **)context);
    memmove(wasmelt_memory_need(m, to, length), wasmelt_memory_need(m, from, length), length);
    return to;
}

uint32_t WASMELT_IMPORT(argon2, a, b)(void *context, uint32_t bytes) {
    return grow_to(argon2_c(*(argon2 **)context), bytes);
}

typedef struct job {
    argon2 *a;
    char **words;
} job;

static uint32_t allocate(argon2 *a, uint32_t size) {
    uint32_t address = argon2_f(a, size);
    if (!address)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return address;
}

static uint32_t give(argon2 *a, const char *text) {
    uint32_t size = (uint32_t)strlen(text) + 1, address = allocate(a, size);
    wasmelt_memory_write(argon2_c(a), address, text, size);
    return address;
}

static const char *string(argon2 *a, uint32_t address) {
    const char *text = wasmelt_memory_string(argon2_c(a), address, NULL);
    return text ? text : "(no string)";
}

static void hash(void *argument) {
    const job *j = argument;
    argon2 *a = j->a;
    uint32_t kind = (uint32_t)atoi(j->words[0]), kibibytes = (uint32_t)atoi(j->words[1]);
    uint32_t times = (uint32_t)atoi(j->words[2]), lanes = (uint32_t)atoi(j->words[3]);
    uint32_t password_size = (uint32_t)strlen(j->words[4]), salt_size = (uint32_t)strlen(j->words[5]);
    uint32_t password = give(a, j->words[4]), salt = give(a, j->words[5]);
    uint32_t encoded_size = argon2_j(a, times, kibibytes, lanes, salt_size, HASH, kind);
    uint32_t bytes = allocate(a, HASH), encoded = allocate(a, encoded_size + 1);
    uint32_t error = argon2_l(a, times, kibibytes, lanes, password, password_size, salt, salt_size, bytes, HASH, encoded, encoded_size,
                              kind, 0, 0, 0, 0, VERSION);
    if (error) {
        printf("%d: %s\n", (int)(int32_t)error, string(a, argon2_i(a, error)));
    } else {
        const uint8_t *digest = wasmelt_memory_need(argon2_c(a), bytes, HASH);
        for (int k = 0; k < HASH; k++)
            printf("%02x", digest[k]);
        printf(" %s\n", string(a, encoded));
        printf("verified: %d\n", argon2_m(a, encoded, password, password_size, 0, 0, 0, 0, kind) == 0);
        printf("another password: %d\n", argon2_m(a, encoded, password, password_size - 1, 0, 0, 0, 0, kind) == 0);
    }
    argon2_g(a, password);
    argon2_g(a, salt);
    argon2_g(a, bytes);
    argon2_g(a, encoded);
}

static void construct(void *instance) {
    argon2_d(instance);
}

int main(int argc, char **argv) {
    job j;
    argon2_imports imports = {.context_a = &j.a};
    wasmelt_error error;
    check_instance(argon2_instantiate(&imports, &j.a, &error), &error);
    run(construct, j.a);
    for (j.words = argv + 1; j.words + 6 <= argv + argc; j.words += 6)
        run(hash, &j);
    argon2_instance_free(j.a);
    return end();
}
