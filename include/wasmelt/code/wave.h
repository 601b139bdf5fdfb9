/* Values of components as text (WAVE, the WebAssembly Value Encoding): what the code of executables stands on that call an export of a
 * component with arguments from a command line. Only generated code includes this. One thread uses a text.
 *
 * For each type NAME two functions, here or in the generated code:
 *
 *   read_NAME(w)    the value that the text has next
 *   print_NAME(v)   prints it on standard output
 *
 * The first error in the text is reported, and then the text is over: what reads it gets zeros, and finds no more elements. A value is read
 * as its type says, so that no text leads deeper than the type does; and each element of a list takes at least a character of the text. */
#ifndef WASMELT_CODE_WAVE_H
#define WASMELT_CODE_WAVE_H

#include <wasmelt/target.h>

#include <wasmelt/code/core.h>
#include <wasmelt/code/wave_export.h>
#include <wasmelt/component.h>
#include <wasmelt/trap.h>

/* A call that is being read. */
typedef struct wasmelt_wave wasmelt_wave;

/* What an executable can call. */
typedef struct wasmelt_wave_calls {
    /* wasmelt_wave_invoke: calls what the text says, with the arguments there, and prints the result; or only checks the text. Returns 0,
     * with *trap saying how the call ended, or 2 after a message. */
    int (*invoke)(const struct wasmelt_wave_calls *calls, const char *text, void *instance, bool only_checks, wasmelt_trap *trap);
    const wasmelt_wave_export *exports;
    size_t count;
} wasmelt_wave_calls;

int wasmelt_wave_invoke(const wasmelt_wave_calls *calls, const char *text, void *instance, bool only_checks, wasmelt_trap *trap);

/* A field, case or flag. */
typedef struct wasmelt_wave_label {
    const char *name;
    bool may_be_missing; /* a field that is none where the text does not have it */
} wasmelt_wave_label;

/* ---- Reading (runtime/component/wave_read.c) ---- */

/* Takes the opening bracket. */
void wasmelt_wave_open(wasmelt_wave *w, char bracket);
/* Goes on to value number `k`: takes the comma before it. */
void wasmelt_wave_item(wasmelt_wave *w, u32 k);
/* Whether there is a value number `k` before the bracket; then goes on to it. */
bool wasmelt_wave_another(wasmelt_wave *w, u32 k, char closing);
/* Takes the closing bracket, before which may be a comma. */
void wasmelt_wave_close(wasmelt_wave *w, char bracket);
/* After the arguments: whether the text ends here and has no errors, and the function is to be called. */
bool wasmelt_wave_may_call(wasmelt_wave *w);

/* A list that is being read, of elements of `size` bytes. Its memory is there until the call has ended. */
typedef struct wasmelt_wave_list {
    size_t size, len, room;
    void *ptr;
} wasmelt_wave_list;

/* Where the next element of the list goes; null at its end, whose bracket is taken. */
void *wasmelt_wave_element(wasmelt_wave *w, wasmelt_wave_list *list);

/* The number of the next field of a record, with the text being at its value; `count` at the end, when `seen` says that all are there which
 * have to be. */
u32 wasmelt_wave_field(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count, bool *seen);
/* The case of a variant or enum. */
u32 wasmelt_wave_case(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count);
/* Flags, as a mask. */
u32 wasmelt_wave_flags(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count);
/* Takes the word if it is next. */
bool wasmelt_wave_word(wasmelt_wave *w, const char *word);
/* Reports that this should be next. */
void wasmelt_wave_expected(wasmelt_wave *w, const char *what);

u64 wasmelt_wave_unsigned(wasmelt_wave *w, unsigned bits);
s64 wasmelt_wave_signed(wasmelt_wave *w, unsigned bits);
bool wasmelt_wave_bool(wasmelt_wave *w);
f32 wasmelt_wave_f32(wasmelt_wave *w);
f64 wasmelt_wave_f64(wasmelt_wave *w);
u32 wasmelt_wave_char(wasmelt_wave *w);
wasmelt_string wasmelt_wave_string(wasmelt_wave *w);

/* ---- Printing (runtime/component/wave_print.c) ---- */

void wasmelt_wave_put(const char *text);
/* A comma before all elements but the first. */
void wasmelt_wave_put_comma(size_t k);
/* A case, with % if it is one of WAVE's words. */
void wasmelt_wave_put_case(const wasmelt_wave_label *labels, u32 k);
/* A field's name, and what is before it: `{` or a comma. Then it is no longer the first. */
void wasmelt_wave_put_field(const wasmelt_wave_label *labels, u32 k, bool *is_first);
/* The end of a record. */
void wasmelt_wave_put_end(bool is_first);
void wasmelt_wave_put_flags(const wasmelt_wave_label *labels, u32 count, u32 mask);
void wasmelt_wave_put_unsigned(u64 v);
void wasmelt_wave_put_signed(s64 v);
void wasmelt_wave_put_bool(bool v);
void wasmelt_wave_put_f32(f32 v);
void wasmelt_wave_put_f64(f64 v);
void wasmelt_wave_put_char(u32 v);
void wasmelt_wave_put_string(wasmelt_string v);

/* ---- Values of basic types ---- */

#define BASIC(name, type, reading, printing)                                                                                               \
    INLINE type read_##name(wasmelt_wave *w) {                                                                                             \
        return (type)reading;                                                                                                              \
    }                                                                                                                                      \
    INLINE void print_##name(type v) {                                                                                                     \
        printing(v);                                                                                                                       \
    }
BASIC(u8, u8, wasmelt_wave_unsigned(w, 8), wasmelt_wave_put_unsigned)
BASIC(u16, u16, wasmelt_wave_unsigned(w, 16), wasmelt_wave_put_unsigned)
BASIC(u32, u32, wasmelt_wave_unsigned(w, 32), wasmelt_wave_put_unsigned)
BASIC(u64, u64, wasmelt_wave_unsigned(w, 64), wasmelt_wave_put_unsigned)
BASIC(s8, s8, wasmelt_wave_signed(w, 8), wasmelt_wave_put_signed)
BASIC(s16, s16, wasmelt_wave_signed(w, 16), wasmelt_wave_put_signed)
BASIC(s32, s32, wasmelt_wave_signed(w, 32), wasmelt_wave_put_signed)
BASIC(s64, s64, wasmelt_wave_signed(w, 64), wasmelt_wave_put_signed)
BASIC(bool, bool, wasmelt_wave_bool(w), wasmelt_wave_put_bool)
BASIC(f32, f32, wasmelt_wave_f32(w), wasmelt_wave_put_f32)
BASIC(f64, f64, wasmelt_wave_f64(w), wasmelt_wave_put_f64)
BASIC(char, u32, wasmelt_wave_char(w), wasmelt_wave_put_char)
#undef BASIC

INLINE wasmelt_string read_string(wasmelt_wave *w) {
    return wasmelt_wave_string(w);
}

INLINE void print_string(wasmelt_string v) {
    wasmelt_wave_put_string(v);
}

#endif
