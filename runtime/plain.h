/* Makes text that somebody else wrote (names in modules, files and sources, arguments) safe to print on a terminal or in a log. Everything
 * that could change how a line around it is shown becomes bytes in hexadecimal, \1b, as in WebAssembly's text format: control characters,
 * line ends, changes of direction, invisible characters, and bytes that are not UTF-8. The runtime and the translator share this; nothing
 * allocates, so that it may run at a trap. */
#ifndef WASMELT_RT_PLAIN_H
#define WASMELT_RT_PLAIN_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#if !WASMELT_SMALL_SYSTEM
#include <stdio.h>
#endif

#pragma GCC visibility push(hidden)

/* Reads the character at the beginning of a text of at least one byte, which may not be UTF-8. Returns its length; for a byte that does not
 * belong to a character, returns 1 and stores U+FFFD. */
size_t wasmelt_rt_plain_next(const uint8_t *bytes, size_t length, uint32_t *code);

/* Whether the character can be shown as it is, and changes nothing around it. */
bool wasmelt_rt_plain_shows(uint32_t code);

/* Writes the text and a zero byte to `to`; characters in `also` are written in hexadecimal, too. If the room, which is at least 4 bytes, is
 * too small, the text ends with "...". Returns the length. */
size_t wasmelt_rt_plain_put(char *to, size_t room, const void *bytes, size_t length, const char *also);

#if !WASMELT_SMALL_SYSTEM
/* Prints the text made safe. */
void wasmelt_rt_plain_print(FILE *out, const void *bytes, size_t length);
#endif

#pragma GCC visibility pop

#endif
