/* Names for content: the hash BLAKE2b, from libsodium. It is small, fast without special instructions, and better maintained than a copy
 * of ours would be. It has to be cryptographic: the author of a module must not be able to choose another module whose executable is
 * then run in its place. */
#ifndef WASMELT_DRIVER_HASH_H
#define WASMELT_DRIVER_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32, HASH_TEXT = 2 * HASH_BYTES + 1 };

typedef struct hash hash;

/* Whether this program was built with the library; without it none of the functions below may be called. */
bool hash_available(void);

hash *hash_new(void);
/* Adds a field, preceded by its length, so that "ab", "c" and "a", "bc" have different hashes. */
void hash_add(hash *h, const void *bytes, size_t length);
void hash_add_text(hash *h, const char *text); /* null differs from every text */
void hash_add_number(hash *h, uint64_t number);
/* Writes the hash in hexadecimal digits, followed by a zero byte, and frees its state. */
void hash_end(hash *h, char text[HASH_TEXT]);

#endif
