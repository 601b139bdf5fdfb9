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
    TYPE_BOX   /* a pointer of the host's as an any, or an i31 as an extern: boxes.c */
};

/* How the collector reads an object; by type number. */
typedef struct layout {
    uint32_t bytes;         /* of a struct; of an array, where the elements begin */
    uint32_t element_bytes; /* of an array; else 0 */
    bool has_references;    /* in elements */
    uint32_t place_count;   /* of a struct */
    uint32_t *places;       /* where in it references lie, ascending */
    uint64_t mask;          /* the same if the last one is within 64 words of the header: a bit for each word behind that */
    /* What the heap keeps of the type. */
    uint32_t id;    /* its canonical number in the process */
    uint32_t depth; /* how many supertypes it has */
    uint32_t super; /* the nearest one's number; 0: none */
} layout;

/* ---- Blocks ---- */

typedef enum block_state { BLOCK_FREE, BLOCK_SMALL, BLOCK_LARGE, BLOCK_LARGE_REST } block_state;

#define NO_BLOCK UINT32_MAX

typedef struct block {
    uint8_t state;
    bool is_zero;    /* free: never written to since the system has given it */
    uint16_t opened; /* SMALL: holes that begin before this word have been used since the last collection */
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
    TABLE_CARDS,      /* bytes */
    TABLE_FREE,       /* a bit for each block before `used`, whether it is free */
    TABLE_COUNT
};

typedef struct heap {
    wasmelt_heap code; /* first: what emitted code looks into */

    /* blocks.c */
    uint8_t *reservation;
    uint64_t reservation_bytes;
    uint8_t *base;     /* of block 0 */
    size_t used_bytes; /* of all blocks that were ever in use: what is `base` plus less may be an object */
    void *tables[TABLE_COUNT];
    block *blocks;       /* the same as tables[TABLE_BLOCKS] */
    uint64_t *free;      /* TABLE_FREE */
    uint32_t room;       /* blocks in the reservation */
    uint32_t committed;  /* blocks that the system has given memory for */
    uint32_t used;       /* blocks that were ever in use; all others are behind them */
    uint32_t taken;      /* blocks that are in use now */
    uint32_t most_taken; /* that may be, by the host's limit */
    uint32_t free_from;  /* no block before it is free */

    /* allocate.c */
    uint32_t hole_block; /* where `code.top` points to; NO_BLOCK: nowhere */
    uint8_t *medium_top; /* objects that fit into no hole */
    uint8_t *medium_end;

    /* layouts.c */
    layout *layouts;
    uint32_t type_count; /* numbers given, WASMELT_FIRST_HEAP_TYPE included */
    uint32_t type_room;
    uint32_t *numbers; /* hash table: by canonical number; 0: empty */
    uint32_t number_room;

    /* heap.c */
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
void wasmelt_rt_heap_free(heap *h);

/* An instance, whose type numbers are there, makes and uses objects of the heap from now on. False when memory is short. */
bool wasmelt_rt_heap_join(heap *h, wasmelt_instance *instance);
void wasmelt_rt_heap_leave(heap *h, wasmelt_instance *instance);

/* ---- layouts.c ---- */

/* Gives numbers to the heap types of an instance's module that have none. False when memory is short. */
bool wasmelt_rt_heap_add_types(heap *h, const wasmelt_instance *instance);
/* The number of a type by its canonical one; 0: it has none. */
uint32_t wasmelt_rt_heap_type_number(const heap *h, uint32_t id);
/* When the heap ends. */
void wasmelt_rt_heap_free_types(heap *h);

/* ---- blocks.c ---- */

/* Address space for as many blocks as may ever be taken, and the tables. False when there is none. */
bool wasmelt_rt_heap_reserve(heap *h, uint64_t maximum_bytes);
void wasmelt_rt_heap_unreserve(heap *h);

/* Takes `count` free blocks that lie side by side; returns the first, or NO_BLOCK if the limit or the system does not allow it.
 * They belong to no list. */
uint32_t wasmelt_rt_heap_take_blocks(heap *h, uint32_t count);

/* ---- allocate.c ---- */

/* Room for an object of any size, a multiple of 8; null if there is none. */
void *wasmelt_rt_heap_allocate(heap *h, uint64_t size);

#pragma GCC visibility pop

#endif
