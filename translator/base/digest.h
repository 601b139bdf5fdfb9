/* SHA-256 (FIPS 180-4), for short names in C that stand for long ones of the module. It is cryptographic because a hostile module must not
 * be able to choose two names that become one. It is part of this program because names must be the same however the program was built,
 * and the library that hash.h uses is optional. */
#ifndef WASMELT_BASE_DIGEST_H
#define WASMELT_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_BYTES = 32 };

void digest_of_bytes(const void *bytes, size_t length, uint8_t result[DIGEST_BYTES]);

#endif
