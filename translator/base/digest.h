/* SHA-256 (FIPS 180-4): for names in C that stand for longer ones. Two names that a module chooses must not become one, so
 * it has to be cryptographic; and names must be the same however this program was built, so it cannot be that of a library
 * which is optional (hash.h). */
#ifndef WASMELT_BASE_DIGEST_H
#define WASMELT_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32 };

void digest(const void *bytes, size_t length, uint8_t result[DIGEST_BYTES]);

#endif
