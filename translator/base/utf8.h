/* Well-formed UTF-8 as the specification's names require it (section 5.2.4). */
#ifndef WASMELT_BASE_UTF8_H
#define WASMELT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False for over-long forms, surrogates, code points above U+10FFFF and cut-off sequences. */
bool utf8_valid(const uint8_t *bytes, size_t length);

#endif
