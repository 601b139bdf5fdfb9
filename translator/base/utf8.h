/* Well-formed UTF-8 as the specification's names require it (section 5.2.4). */
#ifndef WASMELT_BASE_UTF8_H
#define WASMELT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False for over-long forms, surrogates, code points above U+10FFFF and cut-off sequences. */
bool utf8_valid(const uint8_t *bytes, size_t length);

/* Reads the character at the beginning of text that may be no UTF-8 and has at least a byte. Returns its length;
 * for a byte that belongs to no character 1, and U+FFFD. */
size_t utf8_next(const uint8_t *bytes, size_t length, uint32_t *code);

/* Whether a character could change how a terminal or an editor shows what is around it. */
bool utf8_is_control(uint32_t code);

#endif
