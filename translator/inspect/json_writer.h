/* Writes JSON, item by item, to a stream. Who calls keeps objects and arrays closed in the order in which they were opened. */
#ifndef WASMELT_INSPECT_JSON_WRITER_H
#define WASMELT_INSPECT_JSON_WRITER_H

#include <stdio.h>

#include "base/strbuf.h"
#include "wasm/module.h"

typedef struct json {
    FILE *to;
    strbuf *out; /* what is not yet in the stream */
    unsigned depth;
    bool first;   /* the innermost object or array is still empty */
    bool in_page; /* for a script element of HTML: on one line, and without "<" */
} json;

/* Begins an item of an array, or of the document. */
void json_item(json *j);

/* Begins a member of an object: its value has to follow. */
void json_key(json *j, const char *name);

/* Values, and their ends. The bracket is '{' or '[', at the end '}' or ']'. */
void json_open(json *j, char bracket);
void json_close(json *j, char bracket);

/* An item that is an object. */
void json_open_item(json *j);

/* Members. Those that can be null are so if they are not `known`, or the span has null bytes. */
void json_open_member(json *j, const char *name, char bracket);
void json_number(json *j, const char *name, uint64_t value);
void json_null(json *j, const char *name);
void json_number_or_null(json *j, const char *name, bool known, uint64_t value);
void json_boolean(json *j, const char *name, bool value);
void json_string(json *j, const char *name, span value);
void json_string_or_null(json *j, const char *name, span value);
void json_word(json *j, const char *name, const char *value);

#endif
