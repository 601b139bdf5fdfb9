/* The formats of an inspection, and what they share. */
#ifndef WASMELT_INSPECT_PRINT_H
#define WASMELT_INSPECT_PRINT_H

#include <stdio.h>

#include "base/strbuf.h"
#include "inspect/inspection.h"

/* Prints a JSON document (docs/inspect.md has the schema); `in_page`: as json_writer.h has it. Errors stay in the stream, here and below.
 */
void inspect_json(const inspection *i, bool in_page, FILE *to);

/* Prints a text for people; long lists are cut unless `whole`. */
void inspect_text(const inspection *i, bool whole, FILE *to);

/* Prints a page for a browser: the facts of inspect_json, and what draws them. */
void inspect_page(const inspection *i, FILE *to);

/* ---- Shared ---- */

/* Writes the text to the stream and clears it if it has `least` bytes or more: what there is to say about a large module should not all be
 * held in memory. */
void print_out(strbuf *s, FILE *to, size_t least);
enum { PRINT_OFTEN = 1 << 20 };

/* "i32", "funcref", "(ref null 3)". */
void describe_valtype(strbuf *s, wasmelt_valtype t);

/* "(i32, i64) -> f64"; a list longer than `most` is cut. */
void describe_signature(strbuf *s, const type_def *t, uint32_t most);

/* 1234567 as "1,234,567"; with a word behind it, which gets an "s" unless the count is 1. */
void describe_number(strbuf *s, uint64_t value);
void describe_count(strbuf *s, uint64_t count, const char *what);

/* Appends blanks up to a column of the current line; a number so that it ends at a column. */
void describe_column(strbuf *s, size_t column);
void describe_right(strbuf *s, size_t column, uint64_t value);

const char *section_name(uint8_t id);
const char *extern_name(extern_kind kind);
const char *overflow_name(overflow o);
const char *use_name(use u);
const char *linkage_name(linkage l);

#endif
