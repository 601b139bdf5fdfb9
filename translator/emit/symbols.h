/* The C names that a module and its host share. Each is made of the strings that it stands for and of nothing else, and no
 * two of them are the same, whatever the strings are, in all modules of one program:
 *
 *   MODULE                     type of an instance, and what all of the following begins with: the name given by --name or
 *                              the file, with `_0` for each `_`; and `wasm` at the end of a name that means something in C
 *   MODULE_instantiate, ...    what every module has: see is_api_name
 *   MODULE_NAME                an export whose name is an identifier, unless this has a meaning already
 *   MODULE_1ESCAPED            any other export
 *   MODULE_2...                what files of one module share
 *   wasmelt_import_MODULE_FROM_0NAME        an imported function
 *   wasmelt_import_MODULE_1ESCAPED_xNAME    the same where FROM is no identifier, or has `_0` in it
 *   wasmelt_import_MODULE_2TYPE_...         a second one of these names that has another type
 *
 * A NAME of an import that is no identifier is 1ESCAPED. ESCAPED: letters and digits, `_` and two hexadecimal digits for any
 * other byte. What would be longer than MOST_SYMBOL becomes `3`, a digest of it, and its beginning. That nothing can be read
 * in two ways: a `_` in MODULE is followed by 0; what follows MODULE_ begins with a letter or `_`, or says by its digit what it
 * is; FROM ends at the first `_0`, or is escaped and ends at `_x`, as `x` is no hexadecimal digit. C's and C++'s own names (a `_` at the
 * beginning, or two in a row) appear only where a module has them.
 *
 * include/wasmelt/names.h has macros for these names, docs/reference-embedding.md the rules for hosts. */
#ifndef WASMELT_EMIT_SYMBOLS_H
#define WASMELT_EMIT_SYMBOLS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "wasm/module.h"

/* Of what is put behind a module's name. */
#define MOST_SYMBOL 100

/* Whether the word has a meaning in C, C++, a header of the C library, or the C that is emitted. */
bool symbol_is_reserved(const char *word);

/* MODULE. Whether that has a `wasm` at its end which the name has not. */
bool symbol_put_module(strbuf *s, const char *name);

/* MODULE_NAME, where `module` is what symbol_put_module gave. */
void symbol_put_export(strbuf *s, const char *module, span name);

/* FROM_0NAME, with its type before it unless that is null: PARAMS_0RESULTS, or what tells apart things that are no
 * functions. To stand behind `wasmelt_import_MODULE_` or, for a member of MODULE_imports, behind a word. */
void symbol_put_import(strbuf *s, span from, span name, const char *type);

/* The same for all that comes from one module. */
void symbol_put_from(strbuf *s, span from);

#endif
