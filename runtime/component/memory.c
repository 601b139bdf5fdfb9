/* The two memories that a component's values are in: the host's, for lifted ones, and the memory of a module, of which every address and
 * length is checked. */
#include <wasmelt/code/async.h>
#include <wasmelt/fuel.h>

#include "../allocator.h"
#include "scratch.h"

/* What one list or string may take in a component's memory; and all lifted values of one call in the host's: a list whose elements all
 * point at the same bytes is small. */
#define MOST_BYTES ((u64)(1 << 28) - 1)
#define MOST_SCRATCH ((size_t)1 << 30)

/* ---- Lifted values ---- */

enum { BLOCK_BYTES = 4096 }; /* of most blocks; a value that is larger has one of its own */

struct wasmelt_canon_block {
    wasmelt_canon_block *next;
    size_t room;
    max_align_t contents[];
};

static void release(wasmelt_canon_component *self, wasmelt_canon_block *block) {
    if (!self->spare && block->room == BLOCK_BYTES)
        self->spare = block;
    else
        wasmelt_rt_release(block);
}

static wasmelt_canon_block *block_of(wasmelt_canon_component *self, size_t room) {
    wasmelt_canon_block *block = room == BLOCK_BYTES ? self->spare : NULL;
    if (block)
        self->spare = NULL;
    else
        block = wasmelt_rt_allocate(sizeof *block + room);
    if (block)
        block->room = room;
    return block;
}

void wasmelt_rt_scratch_rewind(wasmelt_canon_component *self, wasmelt_canon_scratch *s, const wasmelt_canon_scratch *mark) {
    while (s->blocks != mark->blocks) {
        wasmelt_canon_block *block = s->blocks;
        s->blocks = block->next;
        release(self, block);
    }
    *s = *mark;
}

void wasmelt_rt_scratch_free(wasmelt_canon_component *self, wasmelt_canon_scratch *s) {
    if (s->blocks)
        wasmelt_rt_scratch_rewind(self, s, &(wasmelt_canon_scratch){0});
}

void *wasmelt_canon_allocate_lifted(wasmelt_canon_component *self, size_t count, size_t size) {
    wasmelt_canon_scratch *s = &self->scratch;
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > MOST_SCRATCH)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    bytes = (bytes + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
    if (bytes > s->left || !s->blocks) {
        const size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        wasmelt_canon_block *block = room > MOST_SCRATCH - s->bytes ? NULL : block_of(self, room);
        if (!block)
            wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
        block->next = s->blocks;
        s->blocks = block;
        s->bytes += room;
        s->next = (uint8_t *)block->contents;
        s->left = room;
    }
    void *memory = s->next;
    s->next += bytes;
    s->left -= bytes;
    return memory;
}

/* ---- Memory of components ---- */

/* Values cost fuel as memory.copy does. */
static void use_fuel_for(const wasmelt_canon_call *c, u64 bytes) {
    enum { BYTES_FOR_UNIT = 16 };
    if (c->canon->component->counts_fuel && bytes >= BYTES_FOR_UNIT)
        wasmelt_fuel_use(bytes / BYTES_FOR_UNIT);
}

u8 *wasmelt_canon_range(const wasmelt_canon_call *c, u64 at, u64 count, u32 bytes, u32 alignment) {
    const u64 size = count * bytes; /* both are less than 2^32 */
    if (size > MOST_BYTES)
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    if (at % alignment != 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_POINTER);
    if (at + size > __atomic_load_n(&c->canon->memory->size, __ATOMIC_RELAXED))
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    use_fuel_for(c, size);
    return c->canon->memory->base + at;
}

u32 wasmelt_canon_reallocate(wasmelt_canon_call *c, u32 old, u32 old_bytes, u32 alignment, u32 bytes, u8 **to) {
    const wasmelt_func *f = c->canon->realloc;
    wasmelt_canon_async *const async = c->canon->component->async;
    wasmelt_canon_thread own, *const running = async ? async->current : NULL;
    if (async) {
        own = async->idle;
        async->current = &own;
    }
    use_fuel_for(c, bytes);
    c->canon->part->may_leave = false;
    const u32 at = ((u32(*)(void *, u32, u32, u32, u32))f->code)(f->instance, old, old_bytes, alignment, bytes);
    no_exception();
    if (async)
        async->current = running;
    c->canon->part->may_leave = true;
    if (at % alignment != 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_POINTER);
    if ((u64)at + bytes > __atomic_load_n(&c->canon->memory->size, __ATOMIC_RELAXED))
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    *to = c->canon->memory->base + at;
    return at;
}

u32 wasmelt_canon_allocate(wasmelt_canon_call *c, u64 count, u32 bytes, u32 alignment, u8 **to) {
    if (count > UINT32_MAX / bytes)
        wasmelt_trap_raise(WASMELT_TRAP_POINTER_BOUNDS);
    return wasmelt_canon_reallocate(c, 0, 0, alignment, (u32)count * bytes, to);
}
