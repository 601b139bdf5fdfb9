/* Arguments and expected results as words.
 *
 *   i32:N i64:N f32:N f64:N   the bit pattern, decimal
 *   v128:HEX                  16 bytes, byte 0 first
 *   externref:N anyref:N      the host's object N
 *   null:TYPE                 a null reference
 *
 * Only as results:
 *   f32:canonical f32:arithmetic (and f64)
 *   v128:LANE:A,B,...         lanes of i8 i16 i32 i64 f32 f64, each as above
 *   ref:TYPE                  a reference that is not null: to a struct, an array, an i31, or any other; null: any that is
 *   A|B|...                   one of these */
#ifndef VALUES_H
#define VALUES_H

#include <wasmelt/wasmelt.h>

/* False if the word makes no sense. `heap`: that the instance has, for host objects as anyref; or null. */
bool value_parse(const char *word, wasmelt_heap *heap, wasmelt_value *value);

/* Whether a result of the type is what the word says. */
bool value_matches(const char *word, wasmelt_heap *heap, wasmelt_valtype type, const wasmelt_value *value);

/* For messages. */
void value_print(wasmelt_valtype type, const wasmelt_value *value, char *buffer, size_t size);

#endif
