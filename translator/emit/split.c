/* In comes the number of files, out goes where each of them begins. A file would ideally begin where its share of the
 * code does, but then whatever grows shifts the functions behind it from file to file. So near that place, in a window
 * of an eighth of a file, it begins with the function whose name has the smallest hash: that is the same one after an
 * edit unless it fell out of the window, or one that is smaller came in, either of which takes an edit of about the
 * window's size. Names, because bodies mention other functions by index, and all change when one is added. */
#include "emit/split.h"

/* FNV-1a, its bits then mixed so that the order of names that differ at their ends means nothing. */
static uint64_t hash(const char *name) {
    uint64_t h = 14695981039346656037u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 1099511628211u;
    h = (h ^ h >> 32) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

uint64_t split_code_size(const generator *g) {
    uint64_t total = 0;
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++)
        if (g->calls.reachable[k])
            total += g->m->funcs[k].body.length;
    return total;
}

void split_plan(const generator *g, uint32_t files, file_starts *starts) {
    uint64_t total = split_code_size(g), at = 0; /* bytes of code: all, and before the function */
    uint64_t half_window = total / files / 16;
    uint32_t best = NO_INDEX; /* of those in the window of the file that begins next */
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        if (!g->calls.reachable[k])
            continue;
        if (starts->count == 0)
            *vec_push(starts) = k;
        /* Windows that are behind: those of several files, if a function is larger than a file. */
        while (starts->count < files && at > total * starts->count / files + half_window) {
            uint32_t start = best == NO_INDEX ? k : best;
            if (vec_last(starts) == start)
                break;
            *vec_push(starts) = start;
            best = NO_INDEX;
        }
        if (starts->count < files && vec_last(starts) != k && at + half_window >= total * starts->count / files &&
            (best == NO_INDEX || hash(g->func_names[k]) < hash(g->func_names[best])))
            best = k;
        at += g->m->funcs[k].body.length;
    }
    if (best != NO_INDEX && starts->count < files)
        *vec_push(starts) = best;
}
