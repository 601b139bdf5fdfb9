#include "driver/hash.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#ifdef WASMELT_HAVE_SODIUM
#include <sodium.h>

struct hash {
    crypto_generichash_state state;
};

bool hash_available(void) {
    return sodium_init() >= 0; /* also chooses the fastest code for this processor */
}

hash *hash_new(void) {
    void *block = NULL; /* the library wants its state aligned to a cache line */
    if (posix_memalign(&block, 64, sizeof(hash)) != 0)
        memory_exhausted();
    hash *h = block;
    crypto_generichash_init(&h->state, NULL, 0, HASH_BYTES);
    return h;
}

static void add_raw(hash *h, const void *bytes, size_t length) {
    crypto_generichash_update(&h->state, bytes, length);
}

void hash_end(hash *h, char text[HASH_TEXT]) {
    unsigned char bytes[HASH_BYTES];
    crypto_generichash_final(&h->state, bytes, sizeof bytes);
    sodium_bin2hex(text, HASH_TEXT, bytes, sizeof bytes);
    free(h);
}

#else

bool hash_available(void) {
    return false;
}

hash *hash_new(void) {
    abort();
}

static void add_raw(hash *h, const void *bytes, size_t length) {
    (void)h, (void)bytes, (void)length;
}

void hash_end(hash *h, char text[HASH_TEXT]) {
    (void)h;
    text[0] = 0;
}

#endif

void hash_add_number(hash *h, uint64_t number) {
    add_raw(h, &number, sizeof number);
}

void hash_add(hash *h, const void *bytes, size_t length) {
    hash_add_number(h, length);
    add_raw(h, bytes, length);
}

void hash_add_text(hash *h, const char *text) {
    if (text)
        hash_add(h, text, strlen(text));
    else
        hash_add_number(h, UINT64_MAX);
}
