/* The C names that a module and its host share. Each is made only of the strings that it stands for. No two of them are the same, whatever
 * the strings are, in all modules of one program:
 *
 *   MODULE                     the type of an instance, and the beginning of all names below: the name given by --name or the file's name,
 * with `_0` for each `_`, and with `wasm` appended if the name means something in C MODULE_instantiate, ...    what every module has: see
 * is_api_name MODULE_NAME                an export whose name is an identifier that has no other meaning here MODULE_1ESCAPED any other
 * export MODULE_2...                what files of one module share wasmelt_import_MODULE_FROM_0NAME        an imported function
 *   wasmelt_import_MODULE_1ESCAPED_xNAME    the same if FROM is not an identifier, or contains `_0`
 *   wasmelt_import_MODULE_2TYPE_...         a second import of these names with another type
 *
 * If the NAME of an import is not an identifier, it is 1ESCAPED. ESCAPED is the name with `_` and two hexadecimal digits for each byte that
 * is not a letter or digit. A name that would be longer than MOST_SYMBOL becomes `3`, a digest of it, and its beginning.
 *
 * Why no name can be read in two ways: a `_` in MODULE is followed by 0. What follows MODULE_ begins with a letter or `_`, or with a digit
 * that says what it is. FROM ends at the first `_0`; or it is escaped and ends at `_x`, as `x` is not a hexadecimal digit. Names that C and
 * C++ reserve (with a `_` at the beginning, or two in a row) only occur if the module contains them.
 *
 * include/wasmelt/names.h has macros for these names, docs/reference-embedding.md the rules for hosts. */
#ifndef WASMELT_EMIT_SYMBOLS_H
#define WASMELT_EMIT_SYMBOLS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "wasm/module.h"

/* The greatest length of what follows a module's name. */
#define MOST_SYMBOL 100

/* Whether the word means something in C, C++, a header of the C library, or emitted C (reserved.def). */
bool symbol_is_reserved(const char *word);

/* Appends MODULE. Returns whether `wasm` had to be appended to the name. */
bool symbol_put_module(strbuf *s, const char *name);

/* Appends MODULE for a component, in whose C some more words mean something. Returns whether `wasm` had to be appended to the name. */
bool symbol_put_component(strbuf *s, const char *name);

/* Appends MODULE_NAME or MODULE_1ESCAPED, where `module` is what symbol_put_module gave. */
void symbol_put_export(strbuf *s, const char *module, span name);

/* Appends MODULE_1ESCAPED, for an export whose name means something else where it is used. */
void symbol_put_escaped_export(strbuf *s, const char *module, span name);

/* Appends FROM_0NAME. Before it, unless `type` is null, comes the type: PARAMS_0RESULTS for a function, a similar text for other imports.
 * It is to follow `wasmelt_import_MODULE_` or, for a member of MODULE_imports, a word for the kind. */
void symbol_put_import(strbuf *s, span from, span name, const char *type);

/* Appends FROM alone, for what all imports from one module share. */
void symbol_put_from(strbuf *s, span from);

#endif
