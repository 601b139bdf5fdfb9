/* Text that somebody else wrote, on its way to a terminal or a log: names in modules, files and sources, arguments. What could
 * change how a line around it is shown becomes bytes in hexadecimal, \1b, as in WebAssembly's text format: control
 * characters, line ends, changes of direction, what cannot be seen, and what is no UTF-8. Here once for the runtime and
 * for the translator; nothing allocates, so that it may run at a trap. */
#ifndef WASMELT_RT_PLAIN_H
#define WASMELT_RT_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#pragma GCC visibility push(hidden)

/* Reads the character at the beginning of text that may be no UTF-8 and has at least a byte. Returns its length; for a byte
 * that belongs to no character 1, and U+FFFD. */
size_t wasmelt_rt_plain_next(const uint8_t *bytes, size_t length, uint32_t *code);

/* Whether the character is shown as itself, and changes nothing around it. */
bool wasmelt_rt_plain_shows(uint32_t code);

/* Writes the text and a zero to `to`, with the characters in `also` in hexadecimal, too; "..." at its end if the room,
 * at least 4 bytes, is too small. Returns the length. */
size_t wasmelt_rt_plain_put(char *to, size_t room, const void *bytes, size_t length, const char *also);

/* Prints the text. */
void wasmelt_rt_plain_print(FILE *out, const void *bytes, size_t length);

#pragma GCC visibility pop

#endif
