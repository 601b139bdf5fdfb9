/* Marks memory that must not be read any more although it still exists. Only builds with sanitizers do something: MemorySanitizer then
 * reports decisions that depend on these bytes; under the others the bytes get a value that is hardly ever right. */
#ifndef WASMELT_BASE_FORGET_H
#define WASMELT_BASE_FORGET_H

#include <stddef.h>
#include <string.h>

#if defined __has_feature
#if __has_feature(memory_sanitizer)
#include <sanitizer/msan_interface.h>
#define WASMELT_FORGET(at, size) __msan_allocated_memory(at, size)
#endif
#endif
#ifdef __clang_analyzer__ /* does nothing for the static analyzer, which cannot follow the tables that say which fields are set */
void forget_for_analyzer(void *at, size_t size);
#define WASMELT_FORGET(at, size) forget_for_analyzer(at, size)
#endif
#if !defined WASMELT_FORGET && defined WASMELT_SANITIZED
#define WASMELT_FORGET(at, size) memset(at, 0xA5, size)
#endif

static inline void forget_bytes(void *at, size_t size) {
#ifdef WASMELT_FORGET
    WASMELT_FORGET(at, size);
#else
    (void)at, (void)size;
#endif
}

#endif
