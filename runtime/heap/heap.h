/* The heap from inside: what the files of this folder share.
 *
 * Memory consists of blocks of BLOCK_BYTES, in one reservation that begins with tables about them (blocks.c). A block is free, or contains
 * small objects, or is one of the blocks of one large object. An object is old if it has survived a collection, else new. In a block of
 * small objects, two bitmaps with a bit for each 8 bytes describe the old ones: `starts` has a bit where an object begins, `live` has bits
 * for all its words. A sequence of words whose `live` bits are 0 is a hole. New objects are put into holes, one after the other, and have
 * no bits. The unused rest of a hole begins with a word that is 0.
 *
 *   block   |AAAA....|BB|CC|ddd|ee|0.......|        capital letters: old objects, small letters: new ones
 *   starts   1         1  1
 *   live     1111     11 11                          the hole of four words after A was too small */
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
/* 64-bit words of one bitmap of a block. */
#define BLOCK_MASKS (BLOCK_WORDS / 64)

/* Binary logarithm of the size of a card: in a large old array, stores of references are noted for parts of this size. */
#define CARD_LOG2 9

/* Holes with fewer words are not used. */
#define LEAST_HOLE_WORDS 8u

/* Numbers of the runtime's own types, below WASMELT_FIRST_HEAP_TYPE. */
enum {
    TYPE_NONE, /* no object: the unused rest of a hole */
    TYPE_EXCEPTION,
    TYPE_BOX,   /* a host's pointer as an any, or an i31 as an extern: boxes.c */
    TYPE_EXTERN /* an externref with a finalizer: externs.c */
};

/* How the collector finds the references in an object. There is one for each type number. */
typedef struct layout {
    uint32_t bytes;         /* struct: its size; array: offset of its elements */
    uint32_t element_bytes; /* array: size of an element; struct: 0 */
    uint32_t place_count;   /* struct: number of references; array: whether the elements are references */
    uint32_t places_beyond; /* struct: number of references for which `mask` has no bit */
    uint64_t mask;          /* struct: for each of the first 64 pointers that could be after the header, whether one is */
    uint32_t *places;       /* struct: offsets of its references, ascending */
} layout;

/* What else the heap knows about a type. */
typedef struct heap_type {
    uint32_t id;    /* its canonical number in the process */
    uint32_t depth; /* number of supertypes above it */
    uint32_t super; /* number of its direct supertype; 0: none */
    uint32_t field_count;
    wasmelt_valtype
        *fields; /* storage types, with FIELD_IS_MUTABLE; concrete types other than function types are given by their numbers in the heap */
} heap_type;

#define FIELD_IS_MUTABLE 0x80u

static inline wasmelt_valtype field_type(const heap_type *t, uint32_t index) {
    return t->fields[index] & ~FIELD_IS_MUTABLE;
}

static inline bool field_is_mutable(const heap_type *t, uint32_t index) {
    return t->fields[index] & FIELD_IS_MUTABLE;
}

/* The runtime's own types of objects, but for wasmelt_exception. */
typedef struct object_box {
    object head;
    void *value;
} object_box;

typedef struct object_extern {
    object head;
    void *data;
    void (*finalize)(void *data);
} object_extern;

/* ---- Blocks ---- */

typedef enum block_state { BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_LARGE_REST } block_state;

#define NO_BLOCK UINT32_MAX

/* What is known of the memory of a block. */
typedef enum block_memory {
    MEMORY_UNTOUCHED, /* it is zero; the system provides it when it is touched */
    MEMORY_ASKED,     /* it is zero, but the system has been asked to provide it */
    MEMORY_WRITTEN    /* it has been in use */
} block_memory;

typedef struct block {
    uint8_t state;
    uint8_t memory;  /* as it was when the block was taken */
    uint16_t opened; /* SMALL: holes that begin before this word have been used since the last collection */
    bool has_pins;   /* SMALL, LARGE: the collector has found words of the stack that may refer to objects in it */
    bool has_starts; /* SMALL: its bits of TABLE_NEW_STARTS are set */
    bool is_left;    /* SMALL: the full collection that is under way moves the objects out of it */
    uint32_t count;  /* LARGE: number of blocks */
    uint32_t first;  /* LARGE, LARGE_REST: the block in which the object begins */
    uint32_t next;   /* the next in the list that the block is in; NO_BLOCK: this is the last */
} block;

typedef struct block_list {
    uint32_t first, last; /* NO_BLOCK: empty */
} block_list;

/* The tables. Each has a part for every block. */
enum {
    TABLE_BLOCKS,     /* a `block` */
    TABLE_MASKS,      /* the bitmaps: a word of `starts`, a word of `live`, and so on */
    TABLE_NEW_STARTS, /* bitmap: where new objects begin, once the collector has determined that */
    TABLE_PINS,       /* bitmap: objects to which words of the stack may refer */
    TABLE_CARDS,      /* a byte for each card */
    TABLE_MARKS,      /* the marking stack */
    TABLE_NOTES,      /* old objects that have been written to */
    TABLE_FREE,       /* for each block before `used`, a bit for whether it is free */
    TABLE_COUNT
};

typedef struct handle_set handle_set;
typedef struct sharer sharer;

typedef struct finalizer {
    void (*run)(void *data);
    void *data;
} finalizer;

/* Which objects a collection moves; never those to which the stack refers, nor large ones. */
typedef enum moving {
    MOVES_NONE,
    MOVES_ALL,   /* all that it reaches, which are new ones, until it has moved much more than expected */
    MOVES_SPARSE /* those in blocks that are left */
} moving;

typedef struct wasmelt_rt_collector collector;

typedef struct heap {  /* NOLINT(clang-analyzer-optin.performance.Padding): a store has one, ordered for readers */
    wasmelt_heap code; /* the part that emitted code uses; first member */

    /* blocks.c */
    uint8_t *reservation;
    uint64_t reservation_bytes;
    uint8_t *base;     /* address of block 0 */
    size_t used_bytes; /* size of all blocks that have ever been in use: an address from `base` up to this may be an object's */
    void *tables[TABLE_COUNT];
    block *blocks;       /* TABLE_BLOCKS */
    uint64_t *free;      /* TABLE_FREE */
    uint64_t *masks;     /* TABLE_MASKS */
    uint32_t room;       /* number of blocks in the reservation */
    uint32_t committed;  /* number of blocks for which there is memory */
    uint32_t used;       /* number of blocks that have ever been in use, which are the first ones */
    uint32_t taken;      /* number of blocks that are in use now */
    uint32_t most_taken; /* limit of `taken`, set by the host */
    uint32_t free_from;  /* no block before this one is free */
    uint32_t huge_from;  /* the system may provide the memory of the blocks from this one on in huge pages; NO_BLOCK: of none */
    uint32_t peak_taken;

    /* allocate.c */
    uint32_t hole_block; /* the block into which `code.top` points; NO_BLOCK: none */
    uint32_t hole_word;  /* the word of that block after the hole */
    uint8_t *hole_end;   /* the end of that hole. `code.end` is the same, unless emitted code has to call the allocator each time */
    uint8_t *medium_top; /* where the next object goes that is too large to look for a hole */
    uint8_t *medium_end;
    block_list young;       /* blocks into which objects have been put since the last collection */
    block_list young_large; /* blocks of large objects made since then */
    block_list ready;       /* blocks that were `young` and have holes, to be filled in this round */
    block_list sparse;      /* blocks of old objects with holes */
    uint64_t allocated;     /* bytes of holes and blocks given to new objects since the last collection, without large objects */
    uint64_t allocated_large;

    /* collect.c */
    uint64_t alive;        /* bytes of objects that the last collections found alive */
    uint64_t round;        /* bytes of new objects between two collections, as a rule */
    uint64_t budget;       /* when `allocated` reaches this there is a collection: after one round, or a few */
    uint64_t full_at;      /* when `alive` reaches this there is a full collection */
    uint32_t full_taken;   /* likewise when `taken` reaches this */
    uint64_t sparse_slack; /* holes in sparse blocks are filled once the blocks take this much more than twice the bytes alive */
    bool must_be_full;     /* the next collection has to be full */
    bool is_collecting;
    moving moves;     /* this collection's */
    double survival;  /* the part of new bytes that survives, on average of the last collections */
    uint32_t torture; /* number of slow allocations so far, in a build for torture */

    /* statistics.c */
    wasmelt_heap_statistics statistics; /* the part that is counted as it happens */

    /* mark.c */
    uintptr_t *marks; /* TABLE_MARKS: a stack */
    size_t mark_count, mark_room;
    size_t mark_room_for_tests; /* limit of the marking stack, for tests; 0: none */
    bool has_lost_marks;        /* the marking stack had no room for all marked objects */

    /* evacuate.c */
    uint32_t old_block; /* the block to which survivors are moved; NO_BLOCK: none yet */
    uint32_t old_word;
    uint8_t *old_top, *old_end;
    uint64_t may_move; /* bytes for which this collection may still look for holes */

    /* remember.c */
    object **notes; /* TABLE_NOTES */
    size_t note_count;

    /* layouts.c */
    layout *layouts;
    heap_type *types;
    uint32_t type_count; /* numbers given, including those below WASMELT_FIRST_HEAP_TYPE */
    uint32_t type_room;
    uint32_t *numbers; /* hash table from canonical numbers to numbers in the heap; 0: empty */
    uint32_t number_room;

    /* exceptions.c */
    wasmelt_exception *young_exceptions; /* made since the last collection */
    wasmelt_exception *old_exceptions;

    /* handles.c */
    handle_set *handles; /* null: there were none */

    /* externs.c */
    object **externs;
    uint32_t extern_count, old_externs, extern_room;
    finalizer *finalizers; /* finalizers to be run; as long as `externs` */
    uint32_t finalizer_count;

    /* objects.c */
    const void *host_words; /* values of a host of which an object is being made, or null */
    size_t host_word_bytes;

    /* heap.c */
    const wasmelt_heap_hooks *hooks; /* or null */
    void *hooks_context;
    uint64_t round_bytes;
    uint64_t users; /* atomic */
    wasmelt_instance **instances;
    uint32_t instance_count, instance_room;
    const collector *collector;

    /* sharing.c */
    sharer *sharers;              /* those of `instances` whose objects others may see */
    struct heap *next, *previous; /* in the list of heaps that have sharers */
} heap;

/* What the rest of the runtime calls of heap.c, sharing.c, objects.c, exceptions.c and statistics.c. It gets there by descriptors of
 * modules that have a heap, so that a program without such modules is linked without the collector. */
struct wasmelt_rt_collector {
    heap *(*make)(const wasmelt_heap_options *options);
    void (*end)(heap *h);
    void (*unuse)(heap *h);
    bool (*join)(heap *h, wasmelt_instance *instance);
    void (*leave)(heap *h, wasmelt_instance *instance);
    bool (*share)(heap *h, const wasmelt_instance *instance);
    void (*unshare)(heap *h, const wasmelt_instance *instance);
    wasmelt_store *(*store_with)(const void *table_or_global);
    wasmelt_exception *(*make_exception)(heap *h, uint32_t count);
    void (*keep_words)(heap *h, const void *words, size_t bytes);
    void (*print_statistics)(const heap *h);
};

static inline heap *heap_of(const wasmelt_heap *code) {
    return (heap *)(uintptr_t)code;
}

static inline uint8_t *block_at(const heap *h, uint32_t b) {
    return h->base + ((size_t)b << BLOCK_LOG2);
}

/* The block that contains an address of the heap. */
static inline uint32_t block_of(const heap *h, const void *at) {
    return (uint32_t)((size_t)((const uint8_t *)at - h->base) >> BLOCK_LOG2);
}

static inline bool is_in_heap(const heap *h, const void *p) {
    return (uintptr_t)p - (uintptr_t)h->base < h->used_bytes;
}

/* Whether a reference is to an object of the heap, and neither null nor an i31 nor a host's pointer. Where pointers have 32 bits, an i31
 * may be any odd number. */
static inline bool refers_to_object(const heap *h, const void *ref) {
    return is_in_heap(h, ref) && (!WASMELT_SMALL_ADDRESSES || (uintptr_t)ref % WORD_BYTES == 0);
}

/* ---- heap.c ---- */

/* Makes a heap; null when memory is short. */
heap *wasmelt_rt_heap_new(const wasmelt_heap_options *options);
/* Ends the heap, when its owner ends. Null is allowed. */
void wasmelt_rt_heap_end(heap *h);
/* The owner, and exceptions that outlive it, are users of the heap. Its memory is freed when the last user is gone. */
void wasmelt_rt_heap_use(heap *h);
void wasmelt_rt_heap_unuse(heap *h);

/* Adds an instance, whose type numbers have been set: from now on it makes and uses objects of the heap. False when memory is short. */
bool wasmelt_rt_heap_join(heap *h, wasmelt_instance *instance);
void wasmelt_rt_heap_leave(heap *h, wasmelt_instance *instance);

/* ---- sharing.c ---- */

/* Puts an instance of the heap into the list of those that share objects, once it has its tables and imports. False when memory is short.
 */
bool wasmelt_rt_heap_share(heap *h, const wasmelt_instance *instance);
/* Takes it out again, if it is there. */
void wasmelt_rt_heap_unshare(heap *h, const wasmelt_instance *instance);
/* The store of an instance in the list that has this table or global, its own or imported; null: none has. */
wasmelt_store *wasmelt_rt_heap_store_with(const void *table_or_global);
/* Whether a pointer is into another heap with instances in the list. */
bool wasmelt_rt_heap_is_elsewhere(const heap *own, const void *p);

/* ---- layouts.c ---- */

/* Whether a field or variable of the type may refer to an object. Concrete types are indices into `types`. */
bool wasmelt_rt_heap_is_traced(const wasmelt_type *types, wasmelt_valtype t);

/* Gives numbers to the heap types of an instance's module that have none. False when memory is short. */
bool wasmelt_rt_heap_add_types(heap *h, const wasmelt_instance *instance);
/* The number in the heap of the type with this canonical number; 0: it has none. */
uint32_t wasmelt_rt_heap_type_number(const heap *h, uint32_t id);
/* Frees all that belongs to types, when the heap ends. */
void wasmelt_rt_heap_free_types(heap *h);

/* In a build for torture, how many allocations there are for one collection; else 0. */
#ifdef WASMELT_HEAP_TORTURE
enum { TORTURE = WASMELT_HEAP_TORTURE };
#else
enum { TORTURE = 0 };
#endif

/* ---- blocks.c ---- */

/* Reserves address space for the tables and for as many blocks as may ever be taken. False when there is none. */
bool wasmelt_rt_heap_reserve(heap *h, uint64_t maximum_bytes);
void wasmelt_rt_heap_unreserve(heap *h);

/* Takes `count` adjacent free blocks. Returns the first, or NO_BLOCK if the limit or the system does not allow it. They are not in any
 * list. */
uint32_t wasmelt_rt_heap_take_blocks(heap *h, uint32_t count);
/* Asks for the memory of the blocks that a collection will take, as many as a minor one may need, so that it takes no time in the
 * collection. Only where memory comes in huge pages, of which a few objects need a whole one. */
void wasmelt_rt_heap_ask_ahead(heap *h);
/* Makes blocks that were taken free again. */
void wasmelt_rt_heap_give_blocks(heap *h, uint32_t first, uint32_t count);

/* Gives the memory of free blocks back to the system, except that of the first `kept`, and that of their parts of the tables. The blocks
 * stay free; they are zero when used again. Called after a full collection, when there are no marks to be traced, and no notes. */
void wasmelt_rt_heap_release_free(heap *h, uint32_t kept);

/* The bytes of memory for `count` blocks and their parts of the tables. */
uint64_t wasmelt_rt_heap_bytes_of(uint64_t count);

/* How many entries the marking stack has room for, and likewise the notes: as many as belong to the memory that the heap has. */
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

/* Finds room for an object of any size that is a multiple of 8; null if there is none. Does not collect. */
void *wasmelt_rt_heap_allocate(heap *h, uint64_t size);
/* Finds room for an object of any size; collects before that if it is time, or if there is no room. Null if there is none after a
 * collection either. */
void *wasmelt_rt_heap_find(heap *h, uint64_t size);
/* Marks where the objects in the last holes end. Called before a collection. */
void wasmelt_rt_heap_close_holes(heap *h);
/* Called after a collection: no hole is open, and no object is new. */
void wasmelt_rt_heap_begin_round(heap *h);

/* ---- holes.c ---- */

/* Finds the next hole of the block from word *at on. Returns its number of words and stores where it begins in *at; returns 0 if there is
 * none. */
uint32_t wasmelt_rt_heap_next_hole(const heap *h, uint32_t b, uint32_t *at);
/* The number of live words of a block. */
uint32_t wasmelt_rt_heap_live_words(const heap *h, uint32_t b);

/* ---- lookup.c ---- */

/* The object that contains an address, which may be in its header; null if there is none. No hole may be open. Determines the beginnings of
 * new objects if need be, which wasmelt_rt_heap_forget_starts forgets again. */
object *wasmelt_rt_heap_object_at(heap *h, uintptr_t address);
void wasmelt_rt_heap_forget_starts(heap *h, uint32_t b);

/* ---- stack_roots.c ---- */

/* Notes all objects to which words may refer that are on the calling thread's stack, in its registers, or on other stacks with suspended
 * runs. False if the stack is not known. */
bool wasmelt_rt_heap_pin_stacks(heap *h);
/* Marks the objects noted by wasmelt_rt_heap_pin_stacks. They do not move. */
void wasmelt_rt_heap_mark_pins(heap *h);

/* ---- roots.c ---- */

/* Visits all references in instances, handles and the thread's record. */
void wasmelt_rt_heap_visit_roots(heap *h);

/* ---- objects.c ---- */

/* Keeps the objects to which these words may refer alive in collections until the next call. Null ends that. */
void wasmelt_rt_heap_keep_words(heap *h, const void *words, size_t bytes);

/* ---- handles.c ---- */

void wasmelt_rt_heap_visit_handles(heap *h);
/* Ends the handles when the heap ends. */
void wasmelt_rt_heap_end_handles(heap *h);

/* ---- externs.c ---- */

/* Called after marking: queues the finalizers of externrefs that were not reached. */
void wasmelt_rt_heap_sweep_externs(heap *h, bool is_full);
void wasmelt_rt_heap_run_finalizers(heap *h);
/* Called when the heap ends: runs all finalizers. */
void wasmelt_rt_heap_end_externs(heap *h);

/* ---- exceptions.c ---- */

/* Makes an exception that is an object, with one reference, the heap's own, and a payload of `count` zeros. Null if there is no room. May
 * collect. */
wasmelt_exception *wasmelt_rt_heap_new_exception(heap *h, uint32_t count);
/* Marks the exceptions that others count. They do not move. */
void wasmelt_rt_heap_mark_exceptions(heap *h, bool is_full);
/* Called after marking: releases the exceptions that were not reached. */
void wasmelt_rt_heap_sweep_exceptions(heap *h, bool is_full);
/* Called when the heap's owner ends: from then on exceptions count all references in their payloads, and are freed with their last
 * reference. */
void wasmelt_rt_heap_end_exceptions(heap *h);

/* ---- mark.c ---- */

/* Marks the object to which the reference at `place` refers, to be traced later. The object may move; then the reference is changed. */
void wasmelt_rt_heap_visit(heap *h, void *place);
/* Marks the objects to which `count` references in a row refer. */
void wasmelt_rt_heap_visit_range(heap *h, void *places, uint64_t count);
/* Marks an object that must not move. */
void wasmelt_rt_heap_mark(heap *h, object *o);
/* Visits the references in an object that has been marked already. */
void wasmelt_rt_heap_trace_again(heap *h, object *o);
/* Marks and traces everything that can be reached from marked objects. */
void wasmelt_rt_heap_trace(heap *h);
/* Forgets all marks. Called before a full collection. */
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

/* A bit of `gc` in the header of an object that has moved. Then `type` and the other bits of `gc` are the lower and the upper half of its
 * present address. */
#define OBJECT_HAS_MOVED UINT32_C(0x80000000)

static inline object *moved_to(const object *o) {
    return (object *)(uintptr_t)((uint64_t)(o->gc & ~OBJECT_HAS_MOVED) << 32 | o->type);
}

/* Decides which blocks a full collection leaves: those with few old objects and no new ones. Called before the marks are forgotten. False
 * if there is none. */
bool wasmelt_rt_heap_leave_sparse(heap *h);
/* Before and after a full collection: forgets the hole to which objects were moved. */
void wasmelt_rt_heap_forget_room(heap *h);

/* Moves an object of `bytes` bytes to blocks of old objects. Returns its new address, which is the old one if there is no room. */
object *wasmelt_rt_heap_move(heap *h, object *o, uint64_t bytes);

/* ---- remember.c ---- */

/* A bit of `gc` in the header of a large array: parts of it are noted (TABLE_CARDS). */
#define OBJECT_HAS_CARDS 2u

/* Visits the references in all objects and parts of arrays that have been written to. */
void wasmelt_rt_heap_visit_notes(heap *h);
/* Forgets all notes. */
void wasmelt_rt_heap_forget_notes(heap *h);

/* ---- sweep.c ---- */

/* Called after marking: frees blocks without live objects, and puts the others into lists. */
void wasmelt_rt_heap_sweep(heap *h, bool is_full);

/* ---- statistics.c ---- */

uint64_t wasmelt_rt_heap_now(void); /* nanoseconds */
/* Counts a collection that has ended and that began at `begun`. */
void wasmelt_rt_heap_count_collection(heap *h, bool is_full, uint64_t begun);
void wasmelt_rt_heap_print_statistics(const heap *h); /* to stderr, a line */

/* ---- verify.c ---- */

/* Checks the heap in a build for torture; aborts if something is wrong. */
void wasmelt_rt_heap_verify(const heap *h);

/* ---- collect.c ---- */

/* Collects. Does nothing and returns false if the caller's stack is not known, or a collection is under way. */
bool wasmelt_rt_heap_collect(heap *h, bool is_full);
/* Collects if it is time for it. */
void wasmelt_rt_heap_collect_in_time(heap *h);
/* Whether so few new objects are expected to survive the next minor collection that it moves them. */
bool wasmelt_rt_heap_expects_few(const heap *h);
/* Decides when the next collection is due. */
void wasmelt_rt_heap_set_pace(heap *h);

#pragma GCC visibility pop

#endif
