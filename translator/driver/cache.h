/* The cache, which keeps results between runs of wasmelt: executables of `wasmelt run`, and runtimes for other machines. It is the
 * directory $XDG_CACHE_HOME/wasmelt, or ~/.cache/wasmelt.
 *
 *     KEY/program     the executable, or the archive
 *     KEY/info        size and times of `program` when it was stored, and its source; its own time is that of the last use
 *     KEY.key         holds another key, which KEY stands for
 *     KEY.lock        locked by the process that is making KEY
 *     tmp-XXXXXX      an entry that is being stored or removed
 *
 * Somebody who can write to a parent directory could exchange the directory for another. So it is opened once and checked, and
 * everything is done relative to its descriptor; `path` is for messages only. Entries appear and disappear whole, by renaming their
 * directory. All locks are flock's: the kernel drops them when their owner ends, however it ends. A process that runs a program
 * holds a shared lock on the `info` of its entry until the program ends. An entry is only removed under an exclusive lock on it. */
#ifndef WASMELT_DRIVER_CACHE_H
#define WASMELT_DRIVER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/vec.h"
#include "driver/cli.h"
#include "driver/hash.h"

typedef struct cache {
    int fd;      /* of the directory; -1: there is no cache */
    strbuf path; /* its path, for messages */
} cache;

/* Stores in `limit` how many bytes the cache may keep: --cache-size, else $WASMELT_CACHE_SIZE, else 2 GiB. False after a message if that is
 * not a size. */
bool cache_limit(const options *o, uint64_t *limit);

/* Opens the directory and makes it if need be. False if that is not possible or other users could write to it: then `why` says so, and
 * there is nothing to close. */
bool cache_open(cache *c, strbuf *why);
void cache_close(cache *c);

/* Looks up an entry whose program is unchanged and sets the time of its last use. Returns a descriptor that protects the entry from
 * being removed as long as it is open, also in the program that this process becomes; -1 if there is no such entry. */
int cache_find(const cache *c, const char *key);

/* Executes the program of an entry in place of this process; returns only if that fails, with errno set. */
void cache_execute(const cache *c, const char *key, char *const *arguments);

/* Copies the program of an entry to the new file `to`; false with errno set. */
bool cache_copy(const cache *c, const char *key, const char *to);

/* Waits until no other process is making `key`, and locks it. Returns the descriptor of the lock, for cache_unlock; -1 if locking is
 * not possible, or after a signal to stop. */
int cache_lock(const cache *c, const char *key);
void cache_unlock(const cache *c, const char *key, int lock);

/* Moves the file `program` into the cache as the entry `key`, replacing an older one. False with errno set; then the file is still where it
 * was. */
bool cache_store(const cache *c, const char *key, const char *program, const char *source);

/* cache_remember notes that the key `from` stands for `to`; cache_recall gives the noted key, false if there is none. */
void cache_remember(const cache *c, const char *from, const char *to);
bool cache_recall(const cache *c, const char *from, char to[HASH_TEXT]);

/* Removes entries, those not used for the longest time first, until the rest take at most `limit` bytes. Entries in use stay. Also
 * removes leftovers of interrupted processes. */
void cache_trim(const cache *c, uint64_t limit);

typedef struct cache_entry {
    char *key, *source;
    uint64_t size; /* of the program */
    int64_t used;  /* nanoseconds since 1970 */
    bool sound;    /* `program` is unchanged since it was stored */
} cache_entry;
typedef VEC(cache_entry) cache_list;

/* Lists all entries, the most recently used first. */
void cache_entries(const cache *c, cache_list *list);
void cache_entries_free(cache_list *list);

#endif
