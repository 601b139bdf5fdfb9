/* Regions: what is known at a place of a function whose statements are walked backwards, through its blocks, loops and ifs.
 *
 * Behind each place on each path, and on some, variables are used (lower/live_bits.h), other accesses follow (lower/later_accesses.h), and
 * there is something that C compilers keep: an effect, or a load that they perform. A compiler needs the condition of a branch if, of the
 * two ways, one keeps something before they meet, or a variable is set on one that is needed.
 *
 * In functions with loops the walk is repeated, until what is known at the beginning of each loop is right. */
#ifndef WASMELT_LOWER_REGIONS_H
#define WASMELT_LOWER_REGIONS_H

#include "lower/later_accesses.h"
#include "lower/live_bits.h"

/* A block, loop or if that is open, from its end up to the current place. */
typedef struct region {
    uint32_t label;
    bool falls;       /* control falls through to its end */
    bool is_entered;  /* a branch from the current place or behind it goes to its end */
    bool may_keep;    /* somewhere in it is something that compilers keep, or a variable is set that is used on some path */
    int nearest;      /* the number of the innermost other region, or 0 for a return, that it is left for; in an if, of the arm */
    int nearest_else; /* IF with an else: the same of its else */
    uint32_t kept_behind, kept_otherwise; /* `kept` at its end, and at the beginning of its else */
    live_bits behind, otherwise;
    later_stores stores, stores_otherwise; /* behind its end, and at the beginning of its else */
} region;

/* A walk, and what is known at its current place. */
typedef struct region_walk {
    const ir_func *f;
    live_space space;
    live_bits now;       /* at the current place */
    later_loads loads;   /* behind it */
    later_stores stores; /* behind it */
    uint32_t kept; /* on each path from here, in so many of the open regions, there is something that compilers keep before their end */
    region *open;  /* the first is the function */
    uint32_t open_count;
    uint32_t *region_of;    /* for each label, its number in `open` */
    live_bits *heads;       /* for each label that is a loop's: at its beginning */
    uint32_t *kept_at_head; /* for each such label */
    bool has_loops;
    int walks;    /* before this one */
    bool changed; /* what is known at the beginning of a loop has changed during this walk */
    bool is_last; /* what is known there is right, and not changed any more */
} region_walk;

/* Whether something that compilers keep depends on the way that a branch takes: on each path, and on some, as far as known. */
typedef struct branch_need {
    bool always, sometimes;
} branch_need;

/* Prepares walks over a function; its memory is from `scratch`. */
void regions_prepare(region_walk *w, const ir_func *f, arena *scratch);

/* What is known at the beginnings of loops: all that could be, of which each walk takes away what is not so; or nothing. */
void regions_assume_all(region_walk *w);
void regions_assume_nothing(region_walk *w);

/* Begins a walk at the end of the function, and ends it, perhaps before it has come to the beginning. */
void regions_begin(region_walk *w);
void regions_end(region_walk *w);

/* Here is something that compilers keep, or perhaps. */
void region_keep(region_walk *w);
void region_may_keep(region_walk *w);

/* Here is an effect, which they keep: another one than the trap of a load. */
void region_has_effect(region_walk *w);

/* The statements of control, each with what is known before it. Where a way is chosen, this does not include what the condition needs,
 * which the result says. region_at_if() leaves the region open, as the condition is evaluated in it. */
void region_at_end(region_walk *w, const stmt *end);
void region_at_else(region_walk *w);
branch_need region_at_if(region_walk *w, const stmt *s);
void region_at_loop(region_walk *w, uint32_t label);
void region_close(region_walk *w); /* at a block, or behind region_at_if() */
void region_at_br(region_walk *w, uint32_t label);
branch_need region_at_br_if(region_walk *w, const stmt *s);
branch_need region_at_br_table(region_walk *w, const stmt *s);
void region_at_return(region_walk *w);
void region_at_exit(region_walk *w); /* the function is left in another way */

#endif
