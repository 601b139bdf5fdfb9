/* Macros for the C names of what a module exports and imports, so that a host need not know how the names are made. MODULE is the module's
 * name as given by --name or the file's name. Include the module's header before using a macro.
 *
 *   WASMELT_TYPE(bytes)               the type of an instance:                       bytes
 *   WASMELT_EXPORT(bytes, sum)        the export "sum":                              bytes_sum
 *   WASMELT_EXPORT(bytes, instantiate)  what every module has:                       bytes_instantiate
 *   WASMELT_IMPORT(bytes, env, log)   the function that it imports as "env" "log":   wasmelt_import_bytes_env_0log
 *   WASMELT_MEMBER(memory, env, heap) in bytes_imports, a memory, table, global or tag:    memory_env_0heap
 *
 * They are for names that are identifiers of C. Names that are not, names of more than 100 characters, and exports with the name of
 * something that every module has, are spelt by the rules in docs/reference-embedding.md; the module's header contains them. */
#ifndef WASMELT_NAMES_H
#define WASMELT_NAMES_H

#include <wasmelt/target.h>

#define WASMELT_TYPE(module) WASMELT_NAME_##module
#define WASMELT_EXPORT(module, name) WASMELT_JOIN(WASMELT_NAME_##module, _##name)
#define WASMELT_IMPORT(module, from, name) WASMELT_JOIN_IMPORT(WASMELT_NAME_##module, _##from##_0##name)
#define WASMELT_MEMBER(kind, from, name) kind##_##from##_0##name

/* The module's header defines WASMELT_NAME_MODULE. */
#define WASMELT_JOIN(module, rest) WASMELT_JOIN_AGAIN(module, rest)
#define WASMELT_JOIN_AGAIN(module, rest) module##rest
#define WASMELT_JOIN_IMPORT(module, rest) WASMELT_JOIN_IMPORT_AGAIN(module, rest)
#define WASMELT_JOIN_IMPORT_AGAIN(module, rest) wasmelt_import_##module##rest

#endif
