/* Where a file cannot be executed by what holds its directory open, nothing is kept between runs: what a name leads to could be exchanged
 * between its check and its execution. */
#if defined(_WIN32) || defined(__APPLE__)

#include <errno.h>

#include "driver/cache.h"

bool cache_open(cache *c, strbuf *why) {
    *c = (cache){.fd = -1};
    strbuf_puts(why, "this system has no way to execute a file that it has checked");
    return false;
}

void cache_close(cache *c) {
    strbuf_free(&c->path);
}

int cache_find(const cache *c, const char *key) {
    (void)c, (void)key;
    return -1;
}

void cache_execute(const cache *c, const char *key, char *const *arguments) {
    (void)c, (void)key, (void)arguments;
    errno = ENOENT;
}

bool cache_copy(const cache *c, const char *key, const char *to) {
    (void)c, (void)key, (void)to;
    errno = ENOENT;
    return false;
}

int cache_lock(const cache *c, const char *key) {
    (void)c, (void)key;
    return -1;
}

void cache_unlock(const cache *c, const char *key, int lock) {
    (void)c, (void)key, (void)lock;
}

bool cache_store(const cache *c, const char *key, const char *program, const char *source) {
    (void)c, (void)key, (void)program, (void)source;
    errno = ENOSYS;
    return false;
}

void cache_remember(const cache *c, const char *from, const char *to) {
    (void)c, (void)from, (void)to;
}

bool cache_recall(const cache *c, const char *from, char to[HASH_TEXT]) {
    (void)c, (void)from;
    to[0] = 0;
    return false;
}

void cache_trim(const cache *c, uint64_t limit) {
    (void)c, (void)limit;
}

void cache_entries(const cache *c, cache_list *list) {
    (void)c, (void)list;
}

#endif
