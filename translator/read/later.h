/* Codes of the binary format that have a meaning only in proposals later than WebAssembly 3.0. */
#ifndef WASMELT_READ_LATER_H
#define WASMELT_READ_LATER_H

#include "base/diag.h"

/* Where a code is. */
typedef enum later_place {
    LATER_SECTION,       /* a section's id */
    LATER_IMPORT,        /* the kind of an import */
    LATER_COMPOSITE,     /* begins a composite type */
    LATER_HEAP,          /* begins a heap type, or a value type that abbreviates a reference to one */
    LATER_MUTABILITY,    /* of a global */
    LATER_ACCESS,        /* flags of a memory access, without that of a memory's index: the alignment */
    LATER_ATOMIC_ACCESS, /* the same of an atomic one */
    LATER_OPCODE,        /* an instruction */
    LATER_OPCODE_FB,     /* an instruction after the prefix 0xFB, and so on */
    LATER_OPCODE_FC,
    LATER_OPCODE_FD,
    LATER_OPCODE_FE
} later_place;

/* Returns false with "not supported: PROPOSAL" and the offset in `d` if the code is such a one; else true. */
bool later_check(later_place place, uint32_t code, size_t offset, diag *d);

/* The same, but any other code fails, too: with "malformed WHAT". Always returns false. */
bool later_fail(later_place place, uint32_t code, size_t offset, const char *what, diag *d);

#endif
