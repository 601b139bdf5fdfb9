#include "driver/cache.h"

#include <stdlib.h>

#include "../runtime/facts/amounts.h"

#define DEFAULT_LIMIT ((uint64_t)2 << 30)

bool cache_limit(const options *o, uint64_t *limit) {
    const char *variable = getenv("WASMELT_CACHE_SIZE");
    *limit = DEFAULT_LIMIT;
    if (o->cache_size_given) {
        *limit = o->cache_size;
    } else if (variable && *variable && !amount_size(variable, limit)) {
        cli_error("WASMELT_CACHE_SIZE=%s is not %s", variable, amount_sizes.what);
        return false;
    }
    return true;
}

void cache_entries_free(cache_list *list) {
    for (size_t k = 0; k < list->count; k++) {
        free(list->data[k].key);
        free(list->data[k].source);
    }
    vec_free(list);
}
