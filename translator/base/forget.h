/* What must not be read any more, though it is still there. Only builds with sanitizers do anything about it:
 * MemorySanitizer reports decisions by such bytes; the others give them a value that is hardly ever right. */
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
#ifdef __clang_analyzer__ /* to which it may be anything: which fields are set depends on tables that it does not follow */
void forget_for_analyzer(void *at, size_t size);
#define WASMELT_FORGET(at, size) forget_for_analyzer(at, size)
#endif
#if !defined WASMELT_FORGET && defined WASMELT_SANITIZED
#define WASMELT_FORGET(at, size) memset(at, 0xA5, size)
#endif

static inline void forget(void *at, size_t size) {
#ifdef WASMELT_FORGET
    WASMELT_FORGET(at, size);
#else
    (void)at, (void)size;
#endif
}

#endif
