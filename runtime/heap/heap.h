/* A heap from inside: what the files of this folder share.
 *
 * Memory is in blocks of BLOCK_BYTES, in one reservation that begins with tables of them (blocks.c). A block is free, or holds
 * small objects, or is one of those that hold one large object. In a block of small objects an object begins at each bit of
 * `starts` and covers the bits of `live`, a bit for each 8 bytes, if it has survived a collection. A run of bits that are not
 * `live` is a hole: new objects are put into holes, one behind the other, and have no bits. What a hole has left behind them
 * begins with a word that is 0.
 *
 *   block   |AAAA....|BB|CC|ddd|ee|0.......|        capital letters: old objects, small ones: new
 *   starts   1         1  1
 *   live     1111     11 11                          a hole of four words behind A was too small
 */
#ifndef WASMELT_RUNTIME_HEAP_HEAP_H
#define WASMELT_RUNTIME_HEAP_HEAP_H

#include <wasmelt/code/heap.h>
#include <wasmelt/code/unwind.h>
#include <wasmelt/module.h>

#pragma GCC visibility push(hidden)

#define WORD_BYTES 8u
#define BLOCK_LOG2 15
#define BLOCK_BYTES ((size_t)1 << BLOCK_LOG2)
#define BLOCK_WORDS (BLOCK_BYTES / WORD_BYTES)
/* Of one bitmap, in a block. */
#define BLOCK_MASKS (BLOCK_WORDS / 64)

/* References in a large array that is old are noted by parts of so many bytes. */
#define CARD_LOG2 9

/* Smaller holes are not used. */
#define LEAST_HOLE_WORDS 8u

/* Types of the runtime's own, below WASMELT_FIRST_HEAP_TYPE. */
enum {
    TYPE_NONE, /* the end of the objects in a hole */
    TYPE_EXCEPTION,
    TYPE_BOX,   /* a pointer of the host's as an any, or an i31 as an extern: boxes.c */
    TYPE_EXTERN /* with a finalizer: externs.c */
};

/* How the collector reads an object; by type number. */
typedef struct layout {
    uint32_t bytes;         /* of a struct; of an array, where the elements begin */
    uint32_t element_bytes; /* of an array; else 0 */
    uint32_t place_count;   /* references in a struct; in an array, whether the elements are references */
    uint32_t places_beyond; /* references in a struct that `mask` has no bits for */
    uint64_t mask;          /* of a struct: a bit for each of the 64 words behind the header, whether it is a reference */
    uint32_t *places;       /* where in a struct its references lie, ascending */
} layout;

/* What else the heap keeps of a type. */
typedef struct heap_type {
    uint32_t id;    /* its canonical number in the process */
    uint32_t depth; /* how many supertypes it has */
    uint32_t super; /* the nearest one's number; 0: none */
    uint32_t field_count;
    wasmelt_valtype *fields; /* storage types; concrete types that are no functions' by number; FIELD_IS_MUTABLE */
} heap_type;

#define FIELD_IS_MUTABLE 0x80u

static inline wasmelt_valtype field_type(const heap_type *t, uint32_t index) {
    return t->fields[index] & ~FIELD_IS_MUTABLE;
}

static inline bool field_is_mutable(const heap_type *t, uint32_t index) {
    return t->fields[index] & FIELD_IS_MUTABLE;
}

/* ---- Blocks ---- */

typedef enum block_state { BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_LARGE_REST } block_state;

#define NO_BLOCK UINT32_MAX

typedef struct block {
    uint8_t state;
    bool is_zero;    /* free: never written to since the system has given it */
    uint16_t opened; /* SMALL: holes that begin before this word have been used since the last collection */
    bool has_pins;   /* SMALL, LARGE: the collector has found words of the stack that mean objects in it */
    bool has_starts; /* SMALL: its bits of TABLE_NEW_STARTS are set */
    uint32_t count;  /* LARGE: of blocks */
    uint32_t first;  /* LARGE, LARGE_REST: where the object begins */
    uint32_t next;   /* in the list that the block is in; NO_BLOCK: the last */
} block;

typedef struct block_list {
    uint32_t first, last; /* NO_BLOCK: empty */
} block_list;

/* What there is for each block, in one table each. */
enum {
    TABLE_BLOCKS,     /* block */
    TABLE_MASKS,      /* a word of `starts`, a word of `live`, and so on */
    TABLE_NEW_STARTS, /* where new objects begin, if the collector has looked */
    TABLE_PINS,       /* objects that words of the stack mean */
    TABLE_CARDS,      /* bytes */
    TABLE_MARKS,      /* the marking stack */
    TABLE_NOTES,      /* old objects that were written to */
    TABLE_FREE,       /* a bit for each block before `used`, whether it is free */
    TABLE_COUNT
};

typedef struct handle_set handle_set;

typedef struct finalizer {
    void (*run)(void *data);
    void *data;
} finalizer;

typedef struct heap {  /* NOLINT(clang-analyzer-optin.performance.Padding): a store has one, ordered for readers */
    wasmelt_heap code; /* first: what emitted code looks into */

    /* blocks.c */
    uint8_t *reservation;
    uint64_t reservation_bytes;
    uint8_t *base;     /* of block 0 */
    size_t used_bytes; /* of all blocks that were ever in use: what is `base` plus less may be an object */
    void *tables[TABLE_COUNT];
    block *blocks;       /* TABLE_BLOCKS */
    uint64_t *free;      /* TABLE_FREE */
    uint64_t *masks;     /* TABLE_MASKS */
    uint32_t room;       /* blocks in the reservation */
    uint32_t committed;  /* blocks that the system has given memory for */
    uint32_t used;       /* blocks that were ever in use; all others are behind them */
    uint32_t taken;      /* blocks that are in use now */
    uint32_t most_taken; /* that may be, by the host's limit */
    uint32_t free_from;  /* no block before it is free */
    uint32_t peak_taken;

    /* allocate.c */
    uint32_t hole_block; /* where `code.top` points to; NO_BLOCK: nowhere */
    uint32_t hole_word;  /* in that block, behind the hole */
    uint8_t *hole_end;   /* of that hole; `code.end`, unless emitted code is to come to the allocator each time */
    uint8_t *medium_top; /* objects that are too large to look for holes */
    uint8_t *medium_end;
    block_list young;       /* blocks into which objects were put since the last collection */
    block_list young_large; /* large objects made since then */
    block_list ready;       /* blocks of `young` with holes, for the next round */
    block_list sparse;      /* blocks of old objects with holes */
    uint64_t allocated;     /* bytes of holes and blocks given to new objects since the last collection, large objects left out */
    uint64_t allocated_large;

    /* collect.c */
    uint64_t alive;        /* bytes of objects that the last collections have found */
    uint64_t round;        /* bytes of new objects between two collections, as a rule */
    uint64_t budget;       /* `allocated` calls for a collection: one round, or a few */
    uint64_t full_at;      /* `alive` calls for a full one */
    uint32_t full_taken;   /* so do so many blocks */
    uint64_t sparse_slack; /* holes in sparse blocks are filled if so many bytes more than twice those alive are taken */
    bool must_be_full;     /* the next collection */
    bool is_collecting;
    bool evacuates;   /* objects are moved */
    double survival;  /* the part of new bytes that lives on, on average of the last collections */
    uint32_t torture; /* slow allocations so far, in a build for that */

    /* statistics.c */
    wasmelt_heap_statistics statistics; /* what is counted as it happens */

    /* mark.c */
    uintptr_t *marks; /* TABLE_MARKS: a stack */
    size_t mark_count, mark_room;
    size_t mark_room_for_tests; /* not more than that; 0: what there is */
    bool has_lost_marks;        /* it had no room for all */

    /* evacuate.c */
    uint32_t old_block; /* where survivors are moved to; NO_BLOCK: nowhere yet */
    uint32_t old_word;
    uint8_t *old_top, *old_end;

    /* remember.c */
    object **notes; /* TABLE_NOTES */
    size_t note_count;

    /* layouts.c */
    layout *layouts;
    heap_type *types;
    uint32_t type_count; /* numbers given, WASMELT_FIRST_HEAP_TYPE included */
    uint32_t type_room;
    uint32_t *numbers; /* hash table: by canonical number; 0: empty */
    uint32_t number_room;

    /* exceptions.c */
    wasmelt_exception *young_exceptions; /* made since the last collection */
    wasmelt_exception *old_exceptions;

    /* handles.c */
    handle_set *handles; /* null: there were none */

    /* externs.c */
    object **externs;
    uint32_t extern_count, old_externs, extern_room;
    finalizer *finalizers; /* to be run; as much room as externs have */
    uint32_t finalizer_count;

    /* objects.c */
    const void *host_words; /* values of a host's that an object is being made of, or null */
    size_t host_word_bytes;

    /* heap.c */
    const wasmelt_heap_hooks *hooks; /* or null */
    void *hooks_context;
    uint64_t round_bytes;
    uint64_t users; /* atomic */
    wasmelt_instance **instances;
    uint32_t instance_count, instance_room;
} heap;

static inline heap *heap_of(const wasmelt_heap *code) {
    return (heap *)(uintptr_t)code;
}

static inline uint8_t *block_at(const heap *h, uint32_t b) {
    return h->base + ((size_t)b << BLOCK_LOG2);
}

/* Of an address in the heap. */
static inline uint32_t block_of(const heap *h, const void *at) {
    return (uint32_t)((size_t)((const uint8_t *)at - h->base) >> BLOCK_LOG2);
}

static inline bool is_in_heap(const heap *h, const void *p) {
    return (uintptr_t)p - (uintptr_t)h->base < h->used_bytes;
}

/* ---- heap.c ---- */

/* Null when memory is short. */
heap *wasmelt_rt_heap_new(const wasmelt_heap_options *options);
/* When its owner ends. Null is allowed. */
void wasmelt_rt_heap_end(heap *h);
/* Users, the owner and exceptions that outlive it, keep its memory. */
void wasmelt_rt_heap_use(heap *h);
void wasmelt_rt_heap_unuse(heap *h);

/* An instance, whose type numbers are there, makes and uses objects of the heap from now on. False when memory is short. */
bool wasmelt_rt_heap_join(heap *h, wasmelt_instance *instance);
void wasmelt_rt_heap_leave(heap *h, wasmelt_instance *instance);

/* ---- layouts.c ---- */

/* Whether a place of the type may refer to an object; its concrete types count in `types`. */
bool wasmelt_rt_heap_is_traced(const wasmelt_type *types, wasmelt_valtype t);

/* Gives numbers to the heap types of an instance's module that have none. False when memory is short. */
bool wasmelt_rt_heap_add_types(heap *h, const wasmelt_instance *instance);
/* The number of a type by its canonical one; 0: it has none. */
uint32_t wasmelt_rt_heap_type_number(const heap *h, uint32_t id);
/* When the heap ends. */
void wasmelt_rt_heap_free_types(heap *h);

/* 0, or in a build for that: a collection at each n-th allocation. */
#ifdef WASMELT_HEAP_TORTURE
enum { TORTURE = WASMELT_HEAP_TORTURE };
#else
enum { TORTURE = 0 };
#endif

/* ---- blocks.c ---- */

/* Address space for as many blocks as may ever be taken, and the tables. False when there is none. */
bool wasmelt_rt_heap_reserve(heap *h, uint64_t maximum_bytes);
void wasmelt_rt_heap_unreserve(heap *h);

/* Takes `count` free blocks that lie side by side; returns the first, or NO_BLOCK if the limit or the system does not allow it.
 * They are in no list. */
uint32_t wasmelt_rt_heap_take_blocks(heap *h, uint32_t count);
/* Gives them back. */
void wasmelt_rt_heap_give_blocks(heap *h, uint32_t first, uint32_t count);

/* Gives the system the memory of free blocks, but for the first `kept`. They stay free, and of zeros. */
void wasmelt_rt_heap_release_free(heap *h, uint32_t kept);

/* The bytes of memory for `count` blocks and all that belongs to them. */
uint64_t wasmelt_rt_heap_bytes_of(uint64_t count);

/* How many marks, and notes, there is room for: as many as belong to the memory that the heap has. */
size_t wasmelt_rt_heap_mark_room(const heap *h);
size_t wasmelt_rt_heap_note_room(const heap *h);

static inline void list_add(heap *h, block_list *list, uint32_t b) {
    h->blocks[b].next = NO_BLOCK;
    if (list->first == NO_BLOCK)
        list->first = b;
    else
        h->blocks[list->last].next = b;
    list->last = b;
}

static inline uint32_t list_take(heap *h, block_list *list) {
    uint32_t b = list->first;
    if (b != NO_BLOCK)
        list->first = h->blocks[b].next;
    return b;
}

/* ---- allocate.c ---- */

/* Room for an object of any size, a multiple of 8; null if there is none. Does not collect. */
void *wasmelt_rt_heap_allocate(heap *h, uint64_t size);
/* The same. Collects before, if it is time for that, or if there is no room. */
void *wasmelt_rt_heap_find(heap *h, uint64_t size);
/* Marks where the objects in the last holes end: before a collection. */
void wasmelt_rt_heap_close_holes(heap *h);
/* After a collection: there is no hole at hand, and nothing new. */
void wasmelt_rt_heap_begin_round(heap *h);

/* ---- holes.c ---- */

/* The next hole of the block from word *at on: returns how many words it has, and where it begins in *at; 0 if there is none. */
uint32_t wasmelt_rt_heap_next_hole(const heap *h, uint32_t b, uint32_t *at);
/* How many words of a block are live. */
uint32_t wasmelt_rt_heap_live_words(const heap *h, uint32_t b);

/* ---- lookup.c ---- */

/* The object that an address is in, header included, as things are when no hole is open; null if it is in none. Looks for the
 * beginnings of new objects, which wasmelt_rt_heap_forget_starts forgets. */
object *wasmelt_rt_heap_object_at(heap *h, uintptr_t address);
void wasmelt_rt_heap_forget_starts(heap *h, uint32_t b);

/* ---- stack_roots.c ---- */

/* Notes all objects that words of the calling thread's stack, its registers and other stacks that runs are suspended on may mean.
 * False: the stack is not known. */
bool wasmelt_rt_heap_pin_stacks(heap *h);
/* Marks the objects noted. They do not move. */
void wasmelt_rt_heap_mark_pins(heap *h);

/* ---- roots.c ---- */

/* Visits all references from instances and the thread. */
void wasmelt_rt_heap_visit_roots(heap *h);

/* ---- objects.c ---- */

/* What these words may refer to is kept by the next collections, which an allocation leads to; null ends that. */
void wasmelt_rt_heap_keep_words(heap *h, const void *words, size_t bytes);

/* ---- handles.c ---- */

void wasmelt_rt_heap_visit_handles(heap *h);
/* When the heap ends. */
void wasmelt_rt_heap_end_handles(heap *h);

/* ---- externs.c ---- */

/* After marking: queues the finalizers of those that were not reached. */
void wasmelt_rt_heap_sweep_externs(heap *h, bool is_full);
void wasmelt_rt_heap_run_finalizers(heap *h);
/* When the heap ends: runs all there are. */
void wasmelt_rt_heap_end_externs(heap *h);

/* ---- exceptions.c ---- */

/* An exception as an object, with one reference, the heap's, and `count` values of zero. Null if there is no room. May collect. */
wasmelt_exception *wasmelt_rt_heap_new_exception(heap *h, uint32_t count);
/* Marks those that others count: they are not to move. */
void wasmelt_rt_heap_mark_exceptions(heap *h, bool is_full);
/* After marking: lets those go that were not reached. */
void wasmelt_rt_heap_sweep_exceptions(heap *h, bool is_full);
/* When the heap's owner ends: they count all that they hold from then on, and are freed with their last reference. */
void wasmelt_rt_heap_end_exceptions(heap *h);

/* ---- mark.c ---- */

/* Marks what a place refers to and has it traced later. It may move, the place with it. */
void wasmelt_rt_heap_visit(heap *h, void *place);
/* The same for `count` places side by side. */
void wasmelt_rt_heap_visit_range(heap *h, void *places, uint64_t count);
/* Marks an object that is not to move. */
void wasmelt_rt_heap_mark(heap *h, object *o);
/* Visits the references in an object that is marked already. */
void wasmelt_rt_heap_trace_again(heap *h, object *o);
/* Marks and traces all that can be reached. */
void wasmelt_rt_heap_trace(heap *h);
/* Forgets all marks: before a full collection. */
void wasmelt_rt_heap_clear_marks(heap *h);

static inline uint64_t *mask_of(const heap *h, const void *o, uint64_t *bit) {
    size_t word = (size_t)((const uint8_t *)o - h->base) / WORD_BYTES;
    *bit = UINT64_C(1) << (word % 64);
    return &h->masks[2 * (word / 64)];
}

static inline bool is_marked(const heap *h, const void *o) {
    uint64_t bit;
    return *mask_of(h, o, &bit) & bit;
}

static inline uint64_t object_bytes(const layout *l, const object *o) {
    if (l->element_bytes == 0)
        return l->bytes;
    return (l->bytes + (uint64_t)((const array *)o)->length * l->element_bytes + 7) & ~UINT64_C(7);
}

static inline uint64_t bytes_of(const heap *h, const object *o) {
    return object_bytes(&h->layouts[o->type], o);
}

/* ---- evacuate.c ---- */

/* In `gc` of an object that has moved; the other bits of the header are where it is now. */
#define OBJECT_HAS_MOVED UINT32_C(0x80000000)

static inline object *moved_to(const object *o) {
    uint64_t header;
    __builtin_memcpy(&header, o, sizeof header);
    return (object *)(uintptr_t)(header & ~((uint64_t)OBJECT_HAS_MOVED << 32));
}

/* Moves an object of `bytes` to where the old ones are; returns where it is now: the same if there is no room. */
object *wasmelt_rt_heap_move(heap *h, object *o, uint64_t bytes);

/* ---- remember.c ---- */

/* In `gc` of a large array: parts of it are noted (TABLE_CARDS). */
#define OBJECT_HAS_CARDS 2u

/* Visits the references in all that was written to. */
void wasmelt_rt_heap_visit_notes(heap *h);
/* Forgets what was noted. */
void wasmelt_rt_heap_forget_notes(heap *h);

/* ---- sweep.c ---- */

/* After marking: sorts the blocks by what lives in them. */
void wasmelt_rt_heap_sweep(heap *h, bool is_full);

/* ---- statistics.c ---- */

uint64_t wasmelt_rt_heap_now(void); /* nanoseconds */
/* After a collection that began at `begun`. */
void wasmelt_rt_heap_count_collection(heap *h, bool is_full, uint64_t begun);

/* ---- verify.c ---- */

/* Aborts if something is wrong. */
void wasmelt_rt_heap_verify(const heap *h);

/* ---- collect.c ---- */

/* Collects. False, and nothing done, if the stack that the caller is on is not known, or the heap is at it already. */
bool wasmelt_rt_heap_collect(heap *h, bool is_full);
/* The same if it is time for it. */
void wasmelt_rt_heap_collect_in_time(heap *h);
/* Sets when that is. */
void wasmelt_rt_heap_set_pace(heap *h);

#pragma GCC visibility pop

#endif
