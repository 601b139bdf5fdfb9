/* Names for content: BLAKE2b of libsodium, which is small, fast without special instructions, and kept with more care
 * than a copy of ours would be. Cryptographic, because whoever writes a module must not choose which other
 * module's executable is run in its place. */
#ifndef WASMELT_DRIVER_HASH_H
#define WASMELT_DRIVER_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32, HASH_TEXT = 2 * HASH_BYTES + 1 };

typedef struct hash hash;

/* Whether this program was built with the library; without it there is nothing below to call. */
bool hash_available(void);

hash *hash_new(void);
/* A field: its length goes before it, so that fields cannot run into each other. */
void hash_add(hash *h, const void *bytes, size_t length);
void hash_add_text(hash *h, const char *text); /* null is a text of its own */
void hash_add_number(hash *h, uint64_t number);
/* Writes hexadecimal digits and a zero; frees the hash. */
void hash_end(hash *h, char text[HASH_TEXT]);

#endif
