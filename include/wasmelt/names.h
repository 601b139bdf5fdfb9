/* The names in C of what a module has and wants, without knowing how they are made. MODULE is the module's name as it was
 * given (by --name, or the file's), and its header is included before a macro is used.
 *
 *   WASMELT_TYPE(bytes)               the type of an instance:                       bytes
 *   WASMELT_EXPORT(bytes, sum)        the export "sum":                              bytes_sum
 *   WASMELT_EXPORT(bytes, instantiate)  what every module has:                       bytes_instantiate
 *   WASMELT_IMPORT(bytes, env, log)   the function that it imports as "env" "log":   wasmelt_import_bytes_env_0log
 *   WASMELT_MEMBER(memory, env, heap) in bytes_imports, a memory, table, global or tag:    memory_env_0heap
 *
 * They are for names that are identifiers of C. Any other name, one of more than 100 characters, and an export that is called
 * like something every module has, are spelt by rules that docs/reference-embedding.md has, and stand in the header. */
#ifndef WASMELT_NAMES_H
#define WASMELT_NAMES_H

#include <wasmelt/target.h>

#define WASMELT_TYPE(module) WASMELT_NAME_##module
#define WASMELT_EXPORT(module, name) WASMELT_JOIN(WASMELT_NAME_##module, _##name)
#define WASMELT_IMPORT(module, from, name) WASMELT_JOIN_IMPORT(WASMELT_NAME_##module, _##from##_0##name)
#define WASMELT_MEMBER(kind, from, name) kind##_##from##_0##name

/* WASMELT_NAME_MODULE is defined by the module's header. */
#define WASMELT_JOIN(module, rest) WASMELT_JOIN_AGAIN(module, rest)
#define WASMELT_JOIN_AGAIN(module, rest) module##rest
#define WASMELT_JOIN_IMPORT(module, rest) WASMELT_JOIN_IMPORT_AGAIN(module, rest)
#define WASMELT_JOIN_IMPORT_AGAIN(module, rest) wasmelt_import_##module##rest

#endif
