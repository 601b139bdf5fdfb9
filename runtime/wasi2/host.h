/* What the functions of WASI 0.2 share. Files, directories and streams are descriptors of preview 1 (../wasi): their rights and the walk
 * along paths are the same, so that a program can do nothing by the one that it cannot do by the other. */
#ifndef WASMELT_RUNTIME_WASI2_HOST_H
#define WASMELT_RUNTIME_WASI2_HOST_H

#include <wasmelt/code/wasi2.h>

#include "../wasi/context.h"

#pragma GCC visibility push(hidden)

/* ---- Resources. Their representation is a place in a table, the same for all types. ---- */

typedef enum object_kind {
    OBJECT_FREE,
    OBJECT_ERROR,
    OBJECT_POLLABLE,
    OBJECT_INPUT,
    OBJECT_OUTPUT,
    OBJECT_TERMINAL,
    OBJECT_DESCRIPTOR,
    OBJECT_ENTRIES,
    OBJECT_NETWORK,
    OBJECT_ADDRESSES,
    OBJECT_TCP,
    OBJECT_UDP,
    OBJECT_DATAGRAMS_IN,
    OBJECT_DATAGRAMS_OUT
} object_kind;

/* When a pollable is ready. */
typedef enum pollable_event { POLLABLE_ALWAYS, POLLABLE_TIME, POLLABLE_READ, POLLABLE_WRITE } pollable_event;

typedef struct object {
    object_kind kind;
    bool mutates;  /* DESCRIPTOR: the program has asked for mutate-directory, or been given it. In 0.3 it is told so */
    descriptor *d; /* a reference; of a stream, or of a pollable for one; else, or of a stream that is closed, null */
    union {
        uint32_t next; /* FREE */
        int error;     /* ERROR: the host's number */
        struct {
            pollable_event event;
            uint64_t time; /* of the monotonic clock */
        } pollable;
        struct {
            int64_t at;      /* where it reads or writes next: a position, or as ../system/system.h has it */
            uint64_t permit; /* OUTPUT: how much may be written since check-write has said so */
        } stream;
        uint32_t fd;                     /* DESCRIPTOR: in the table of preview 1 */
        struct directory_reader *reader; /* ENTRIES */
        struct address_list *addresses;  /* ADDRESSES */
        struct {
            uint8_t state; /* see tcp.c and udp.c */
            bool is_v6;
            bool listens;         /* UDP: where --listen allows it, so that anybody may send, and gets answers */
            bool is_connected;    /* UDP: to one other address */
            bool sends, receives; /* TCP in 0.3: the program has the stream, or has given it */
            uint16_t backlog;
            uint16_t permit; /* DATAGRAMS_OUT: how many may be sent since check-send has said so */
        } socket;            /* TCP, UDP and its streams */
    } u;
} object;

struct wasmelt_wasi2 {
    wasmelt_wasi *wasi;
    wasmelt_memory memory;         /* the memory of the context: where its functions find paths, and put results (../wasi2/files.h) */
    uint32_t preopen_limit;        /* the directories that the program is given have numbers below */
    struct network_grants *grants; /* where it may listen, and to what it may connect; null: nowhere (sockets.h) */
    bool has_seed;                 /* the program has asked for it: it gets the same again */
    u64 seed[2];
    struct kept_text *texts; /* of grants, which refer to them (embedding.c) */
    object *objects;         /* the first is never used */
    uint32_t count, room, free;
    struct wasmelt_wasi3_work *works; /* what is left to do for components (work.h) */
    uint32_t work_count;
    struct wasmelt_canon_worker *worker; /* null: there never was any */
};

/* False if memory is short. */
bool wasmelt_rt_wasi2_init(wasmelt_wasi2 *h, wasmelt_wasi *wasi);
void wasmelt_rt_wasi2_free(wasmelt_wasi2 *h);

/* Lets the program listen at HOST:PORT, or connect to it. The text, which is changed, must outlive the host. Null, or what is wrong. */
const char *wasmelt_rt_wasi2_grant(wasmelt_wasi2 *h, char *text, bool listens);

/* The host of a call, which begins: see wasmelt_rt_wasi_context. */
static inline wasmelt_wasi2 *begin(const wasmelt_wasi2_call *c) {
    wasmelt_rt_wasi_context(c->host->wasi);
    return c->host;
}

/* Makes a resource; traps if there are too many. Takes the reference over. The object is valid until the next one is made. */
u32 wasmelt_rt_wasi2_new(wasmelt_wasi2 *h, object o);

/* Gives up what the object, of whatever kind, has. */
void wasmelt_rt_wasi2_release(wasmelt_wasi2 *h, object *o);

/* The resource that a handle of the program stands for, which is borrowed, as number `k` in the function's type. */
object *wasmelt_rt_wasi2_borrowed(const wasmelt_wasi2_call *c, unsigned k, u32 handle, object_kind kind);

/* Makes a resource, and an owned handle for the program. */
u32 wasmelt_rt_wasi2_give(const wasmelt_wasi2_call *c, unsigned k, object o);

/* Another reference to the descriptor. */
static inline descriptor *again(descriptor *d) {
    if (d)
        atomic_fetch_add_explicit(&d->references, 1, memory_order_relaxed);
    return d;
}

/* Traps because the program has broken a rule that the interface states, which is printed. */
__attribute__((noreturn, cold)) void wasmelt_rt_wasi2_trap(const char *interface, const char *why);

/* ---- Results in the program's memory: where one of so many bytes is put ---- */

static inline u8 *result_at(const wasmelt_wasi2_call *c, u32 to, u32 bytes, u32 alignment) {
    return wasmelt_canon_range(c->canon, to, 1, bytes, alignment);
}

/* A result<T, E> of which T has so many bytes, at `payload`: stores its case, and, if it is an error, the code. Where T is put, or what
 * follows the code. In 0.2 E is an enum, in 0.3 a variant whose last case has an option<string>. */
static inline u8 *put_case(const wasmelt_wasi2_call *c, u32 to, bool is_error, u8 code, u32 bytes, u32 payload) {
    enum { ERROR_ALIGNMENT = 4, ERROR_BYTES = 16 };
    if (c->is_0_3) {
        payload = payload < ERROR_ALIGNMENT ? ERROR_ALIGNMENT : payload;
        bytes = bytes < ERROR_BYTES ? ERROR_BYTES : bytes;
    }
    u8 *at = result_at(c, to, (payload + bytes + payload - 1) / payload * payload, payload);
    at[0] = is_error;
    if (is_error && c->is_0_3)
        memset(at + payload, 0, ERROR_BYTES);
    if (is_error)
        at[payload] = code;
    return at + payload;
}

static inline void put_u32(u8 *at, u32 value) {
    store_u32(NULL, value, at);
}

static inline void put_u64(u8 *at, u64 value) {
    store_u64(NULL, value, at);
}

/* A list of bytes, or what else has an address and a length. */
static inline void put_list(u8 *at, u32 address, u32 length) {
    put_u32(at, address);
    put_u32(at + 4, length);
}

/* Frees a list of addresses (lookup.c). */
void wasmelt_rt_wasi2_free_addresses(struct address_list *l);

/* ---- Waiting (poll.c) ---- */

/* Waits until the descriptor can be read or written. A run that is ended from outside ends. */
void wasmelt_rt_wasi2_wait(const descriptor *d, bool writes);
/* Whether it can be, now. */
bool wasmelt_rt_wasi2_is_ready(const descriptor *d, bool writes);

/* Waits for pollables; stores the numbers of those that are ready, and returns how many there are: 0 only if it does not block. It takes
 * lifted memory of the component. */
u32 wasmelt_rt_wasi2_wait_for_any(const wasmelt_wasi2 *h, wasmelt_canon_component *component, const object **list, u32 count, bool blocks,
                                  u32 *ready);

u64 wasmelt_rt_wasi2_monotonic(const wasmelt_wasi2 *h);

/* ---- Streams (streams.c): of kind OBJECT_INPUT or OBJECT_OUTPUT, and not closed ---- */

/* The most that is read at a time. */
enum { WASI2_MOST_READ = 1 << 16 };

/* How many bytes; 0: the end; or a negative number of an error. */
int64_t wasmelt_rt_wasi2_read_once(object *o, void *to, size_t size);
/* How many bytes, at least 1; or a negative number of an error. */
int64_t wasmelt_rt_wasi2_write_once(object *o, const void *from, size_t size);
/* How much can be written now. */
u64 wasmelt_rt_wasi2_permit(const object *o);
/* A reference to the descriptor of a standard stream; null if it is not open for that (cli.c). */
descriptor *wasmelt_rt_wasi2_standard(const wasmelt_wasi2_call *c, u32 fd, u64 right);

#pragma GCC visibility pop

#endif
