/* What is kept between runs: $XDG_CACHE_HOME/wasmelt, or ~/.cache/wasmelt. Executables of `wasmelt run`, and the
 * runtime for other machines.
 *
 *     KEY/program     the executable, or the archive
 *     KEY/info        what `program` looked like when it was put there, and its source; its time is the last use
 *     KEY.key         another key: what this one stands for
 *     KEY.lock        held by whoever is making KEY
 *     tmp-XXXXXX      an entry on its way in or out
 *
 * Whoever may write to a directory above can exchange this one for another, so it is opened once, checked, and everything
 * is done in what was opened: `path` is for messages. Entries appear and disappear whole, by renaming their directory. All locks
 * are flock's, which the kernel drops when their owner dies, however it dies. A process that runs a program holds a shared lock
 * of its `info` until the program ends; an entry is only removed under an exclusive lock of it. */
#ifndef WASMELT_DRIVER_CACHE_H
#define WASMELT_DRIVER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "driver/cli.h"
#include "driver/hash.h"

typedef struct cache {
    int fd;      /* the directory */
    strbuf path; /* where it was found: for messages */
} cache;

/* The most bytes that are kept: --cache-size, else $WASMELT_CACHE_SIZE, else 2 GiB. False after a message. */
bool cache_limit(const options *o, uint64_t *limit);

/* Opens the directory, which is made if need be. False if there is none, or none that is only ours to write to;
 * then `why` says so and nothing is to be closed. */
bool cache_open(cache *c, strbuf *why);
void cache_close(cache *c);

/* Looks an entry up that is as it was put there, and says that it is used now. The descriptor that keeps it from
 * being removed, also in the program that this process becomes; -1 if there is no such entry. */
int cache_find(const cache *c, const char *key);

/* Becomes the program of an entry; returns with errno set if that cannot be. */
void cache_execute(const cache *c, const char *key, char *const *arguments);

/* Copies the program of an entry to the new file `to`; false with errno set. */
bool cache_copy(const cache *c, const char *key, const char *to);

/* Waits until nobody else is making `key`. The descriptor of the lock, for cache_unlock; -1 if there can be no
 * lock, or after a signal to stop. */
int cache_lock(const cache *c, const char *key);
void cache_unlock(const cache *c, const char *key, int lock);

/* Moves a program in, replacing what was there; false with errno set, and the program is where it was. */
bool cache_store(const cache *c, const char *key, const char *program, const char *source);

/* Notes that one key stands for another, and what was noted. */
void cache_remember(const cache *c, const char *from, const char *to);
bool cache_recall(const cache *c, const char *from, char to[HASH_TEXT]);

/* Removes those not used for the longest time until all together are no larger than `limit` bytes; those in use
 * stay. Also what interrupted processes left behind. */
void cache_trim(const cache *c, uint64_t limit);

typedef struct cache_entry {
    char *key, *source;
    uint64_t size; /* of the program */
    int64_t used;  /* nanoseconds since 1970 */
    bool sound;    /* false: not as it was put there */
} cache_entry;
typedef VEC(cache_entry) cache_list;

/* All entries, last used first. */
void cache_entries(const cache *c, cache_list *list);
void cache_entries_free(cache_list *list);

#endif
