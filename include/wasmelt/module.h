/* Modules and instances: descriptors, which generated code contains; linking; exports by name. */
#ifndef WASMELT_MODULE_H
#define WASMELT_MODULE_H

#include <wasmelt/target.h>

#include <wasmelt/exception.h>
#include <wasmelt/func.h>
#include <wasmelt/heap.h>
#include <wasmelt/memory.h>
#include <wasmelt/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Changes whenever older generated code does not work with the runtime any more. */
#define WASMELT_ABI_VERSION 7u

typedef struct wasmelt_instance wasmelt_instance;
struct wasmelt_error;

typedef enum wasmelt_extern_kind {
    WASMELT_EXTERN_FUNC,
    WASMELT_EXTERN_TABLE,
    WASMELT_EXTERN_MEMORY,
    WASMELT_EXTERN_GLOBAL,
    WASMELT_EXTERN_TAG,
    WASMELT_EXTERN_CONTEXT /* imports only: the first argument of functions bound by the C linker */
} wasmelt_extern_kind;

/* Something that can be imported or exported. What the pointers point to keeps its owner. */
typedef struct wasmelt_extern {
    wasmelt_extern_kind kind;
    union {
        const wasmelt_func *func;
        wasmelt_table *table;
        wasmelt_memory *memory;
        void *global; /* the C object that contains the value */
        const wasmelt_tag *tag;
        void *context;
    };
    wasmelt_global_type global_type;      /* GLOBAL */
    const struct wasmelt_instance *owner; /* the instance to whose module concrete types above refer; null if it is
                                             the host's: they refer to the module that imports it */
} wasmelt_extern;

/* Something that the host offers for import. The names are C strings, or the `bytes` of names in the description of the module that
 * imports it: thus something is given whose name contains a zero byte. */
typedef struct wasmelt_import {
    const char *module;
    const char *name; /* ignored for a context, which is for all imports with this module name */
    wasmelt_extern value;
} wasmelt_import;

/* ---- Descriptors: constant data with which emitted C describes its module. Lengths are numbers of elements. ---- */

/* Names may contain any Unicode character, including U+0000, so they have a length. */
typedef struct wasmelt_name {
    const char *bytes; /* UTF-8, also terminated by a zero byte */
    uint32_t length;
} wasmelt_name;

typedef struct wasmelt_import_desc {
    wasmelt_name module, name;
    wasmelt_extern_kind kind;
    uint32_t type; /* FUNC, TAG: type index */
    const wasmelt_table_type *table;
    const wasmelt_memory_type *memory;
    wasmelt_global_type global;
    /* The offset in the instance struct of what is bound to it:
     *   FUNC     a `const wasmelt_func *`
     *   TABLE    a `wasmelt_table *`
     *   MEMORY   a `wasmelt_memory *`
     *   GLOBAL   a pointer to the C object that contains the value
     *   TAG      a `const wasmelt_tag *`
     *   CONTEXT  a `void *` */
    size_t offset;
} wasmelt_import_desc;

typedef struct wasmelt_export_desc {
    wasmelt_name name;
    wasmelt_extern_kind kind;
    uint32_t type;              /* FUNC, TAG: type index */
    wasmelt_global_type global; /* GLOBAL */
    bool imported;              /* GLOBAL: there is a pointer to the value at the offset, not the value itself */
    /* FUNC: index of the instance's function record. Otherwise the offset in the instance struct of the pointer described above; for a
     * GLOBAL that the module defines, of the value itself. */
    size_t place;
} wasmelt_export_desc;

/* A function that has a record, because it is exported or referred to. The runtime fills the records of the instance from these. For an
 * imported function that is bound by name, `code` is null, and the record is copied from that of the function's owner. */
typedef struct wasmelt_func_desc {
    wasmelt_code code;
    void (*tail)(wasmelt_tail *);
    uint32_t type;   /* type index */
    size_t imported; /* if `code` is null: offset of the bound `const wasmelt_func *` */
    size_t context;  /* for a function bound by the C linker: offset of the context pointer; 0: it gets the instance */
} wasmelt_func_desc;

typedef struct wasmelt_memory_desc {
    wasmelt_memory_type type;
    size_t offset; /* of the `wasmelt_memory *` in the instance struct */
} wasmelt_memory_desc;

typedef struct wasmelt_table_desc {
    wasmelt_table_type type;
    size_t offset; /* of the `wasmelt_table *` */
} wasmelt_table_desc;

/* A tag that the module defines. */
typedef struct wasmelt_tag_desc {
    uint32_t type;  /* type index */
    size_t pointer; /* offset of the `const wasmelt_tag *` in the instance struct */
} wasmelt_tag_desc;

/* A part of the instance struct that refers to objects of its heap, in addition to tables and imported globals. */
typedef struct wasmelt_root_desc {
    size_t offset;
    enum {
        WASMELT_ROOT_REFERENCE, /* a global that the module defines: a `wasmelt_object *`, or a `void *` that is an externref */
        WASMELT_ROOT_ELEMENTS   /* an array of references: those of an element segment */
    } kind;
    size_t count_offset; /* ELEMENTS: offset of their number, a uint64_t, which is 0 once the segment has been dropped */
} wasmelt_root_desc;

typedef struct wasmelt_module {
    uint32_t abi_version; /* WASMELT_ABI_VERSION of the translator that wrote it */
    const char *name;
    size_t instance_size; /* bytes; the struct begins with a wasmelt_instance */
    const wasmelt_type *types;
    const wasmelt_import_desc *imports;
    const wasmelt_export_desc *exports;
    const wasmelt_func_desc *funcs;
    const wasmelt_memory_desc *memories; /* those the module defines */
    const wasmelt_table_desc *tables;    /* those the module defines */
    const wasmelt_tag_desc *tags;        /* those the module defines */
    uint32_t type_count, import_count, export_count, func_count, memory_count, table_count, tag_count;
    size_t funcs_offset;    /* of the wasmelt_func array [func_count] in the instance struct */
    size_t type_ids_offset; /* of the uint32_t array [type_count]: canonical type numbers */
    /* The module's struct and array types: the index of one type for each set of equal types. A supertype comes before its subtypes. */
    const uint32_t *heap_types;
    const wasmelt_root_desc *roots;
    uint32_t heap_type_count, root_count;
    /* Parts of the runtime that only some modules need; null: then the linker need not find them (wasmelt/code/support.h). */
    /* wasmelt_link_imports if it has imports other than contexts */
    bool (*link)(wasmelt_instance *instance, const wasmelt_import *given, size_t count, struct wasmelt_error *error);
    void (*type_groups)(void); /* wasmelt_type_groups if it has types that are not simple types of functions */
    /* wasmelt_collector (wasmelt/code/heap.h) if the instance has a heap; null if not: then the linker need not find it. */
    const struct wasmelt_rt_collector *(*collector)(void);
    /* Nobody else makes or sees objects of its heap. Then the heap is the instance's own, and numbers heap_types from
     * WASMELT_FIRST_HEAP_TYPE on (wasmelt/code/heap.h). Otherwise the heap belongs to the store, and heap_numbers_offset is used. */
    bool heap_is_closed;
    size_t heap_numbers_offset; /* of a uint32_t array [type_count]: the number of each struct or array type in the heap */
    /* Called when imports are bound and memories, tables, type numbers and function records exist. Stores the bases of memories, evaluates
     * globals and initial values of tables, and then copies active element and data segments (section 4.5.4, in this order). Null if there
     * is nothing to do. May trap. */
    void (*init)(void *instance);
    void (*start)(void *instance); /* the start function, or null */
    /* Frees what `init` and the code allocated for itself; null if nothing. */
    void (*fini)(void *instance);
    /* From where to where code is that a signal may stop between any two instructions (wasmelt/code/interrupt.h); null: there is none. */
    const void *stoppable, *stoppable_end;
    bool counts_fuel; /* its code counts fuel (wasmelt/fuel.h) */
    /* With --bounds=either: the same module with code that compares addresses, for memories without guard pages; else null. Its instance
     * struct is the same, and everything that hosts call works with instances of both. */
    const struct wasmelt_module *checked_form;
} wasmelt_module;

/* First member of every generated instance struct. */
struct wasmelt_instance {
    const wasmelt_module *module;
    void *host_data;      /* for the host; the runtime does not touch it */
    wasmelt_store *store; /* its store (wasmelt/store.h); null: it needs none */
    wasmelt_heap *heap;   /* the heap of its objects (wasmelt/heap.h); null: it needs none */
};

/* ---- Host API ---- */

typedef enum wasmelt_status {
    WASMELT_OK = 0,
    WASMELT_UNLINKABLE,    /* an import is missing or of the wrong type */
    WASMELT_TRAPPED,       /* a segment or the start function trapped */
    WASMELT_OUT_OF_MEMORY, /* memory or address space is short */
    WASMELT_WRONG_ABI,     /* the module was generated for another runtime, or there is none: a null pointer */
    WASMELT_OVER_LIMIT     /* the minimum of a memory or table is larger than the host's options allow */
} wasmelt_status;

/* Why an instantiation failed. */
typedef struct wasmelt_error {
    wasmelt_status status;
    wasmelt_trap trap; /* for WASMELT_TRAPPED */
    char message[256]; /* one line that says what is wrong; empty for WASMELT_OK */
} wasmelt_error;

/* Limits that the host sets for an instance; all zero means no limits. They apply to the memories and tables that the instance makes;
 * imported ones have limits of their own. */
typedef struct wasmelt_options {
    wasmelt_memory_options memory; /* of each memory */
    uint64_t table_elements;       /* the most elements of each table; 0: the type's maximum only */
    wasmelt_store *store;          /* the store of the instance; null: that of what it imports, or one of its own */
    /* The limit of exceptions in bytes, if a store is made for the instance. 0: what `memory` allows a memory, but at least 64 KiB; no
     * limit if that has none. */
    uint64_t exception_bytes;
    wasmelt_heap_options heap; /* if a heap is made for the instance */
    /* Memories get no guard pages, and so take less address space, if the module was made with --bounds=either. No effect on others. */
    bool without_guard;
} wasmelt_options;

/* Makes an instance: resolves every import of `module` in `imports` (to the first one with its names and a type that fits, as section 4.5.3
 * says), makes memories, tables and globals, copies segments, and runs the start function. `options` and `error` may be null; they and
 * `imports` are not needed afterwards.
 *
 * *instance is set before the start function runs, so that imported functions that it calls find it there. When it traps (WASMELT_TRAPPED),
 * other instances may already have references to functions of this one. So *instance is set even then, and must be freed with
 * wasmelt_instance_free when those are gone. After any other failure *instance is null. Any thread. */
wasmelt_status wasmelt_instantiate(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                   wasmelt_instance **instance, wasmelt_error *error);
wasmelt_status wasmelt_instantiate_with(const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                                        const wasmelt_options *options, wasmelt_instance **instance, wasmelt_error *error);

/* Frees an instance with the memories, tables and function records that it made. Nothing that it exported may be used afterwards: free
 * importing instances first. Null is allowed. */
void wasmelt_instance_free(wasmelt_instance *instance);

/* Looks up an export; false if there is none of that name. What it stores still belongs to the instance. The second function takes a name
 * that may contain zero bytes. Any thread. */
bool wasmelt_export(wasmelt_instance *instance, const char *name, wasmelt_extern *value);
bool wasmelt_export_n(wasmelt_instance *instance, const char *name, size_t length, wasmelt_extern *value);

/* Lists the exports of an instance as imports from `module`, for linking another module to it. The string `module` must live as long as the
 * list. Writes at most `room` of them to `list`, which may be null if `room` is 0; returns how many there are. Exports whose names contain
 * zero bytes are left out. Any thread. */
size_t wasmelt_exports_as_imports(wasmelt_instance *instance, const char *module, wasmelt_import *list, size_t room);

#ifdef __cplusplus
}
#endif
#endif
