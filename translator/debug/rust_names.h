/* Names of Rust's functions as they are in the source. Rust's linker leaves them mangled in the name section, other languages' does not. */
#ifndef WASMELT_DEBUG_RUST_NAMES_H
#define WASMELT_DEBUG_RUST_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum { RUST_NAME_MOST = 2000 };

/* Appends the name that a mangled one stands for, without the hash that makes it unique. False, and nothing is appended, for any other
 * name, for what later versions of Rust may write, and for names that would be longer than RUST_NAME_MOST bytes. */
bool rust_name_put(const uint8_t *name, size_t length, strbuf *to);

#endif
