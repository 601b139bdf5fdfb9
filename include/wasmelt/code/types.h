/* Short names of types in generated code. */
#ifndef WASMELT_CODE_TYPES_H
#define WASMELT_CODE_TYPES_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/func.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;
typedef const wasmelt_func *funcref;
typedef void *externref;
typedef wasmelt_object *anyref; /* to a struct or an array; or an i31; or a host's reference */

#endif
