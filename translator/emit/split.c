/* Decides with which function each C file begins. Ideally a file would begin where its share of the code does; but then each change of a
 * function's size would move functions after it from file to file. So a file begins with the function that has the smallest hash of its
 * name, in a window of an eighth of a file around the ideal place. After an edit this is the same function, unless it has left the window
 * or one with a smaller hash has entered it; either takes an edit of about the window's size. Names are hashed and not bodies, because
 * bodies mention other functions by index, and all these change when a function is added. */
#include "emit/split.h"

/* FNV-1a with its bits mixed afterwards, so that names which differ only at their ends are not in order. */
static uint64_t hash(const char *name) {
    uint64_t h = 14695981039346656037u;
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * 1099511628211u;
    h = (h ^ h >> 32) * 0x9E3779B97F4A7C15u;
    return h ^ h >> 29;
}

/* What a function adds to its file, in bytes of WebAssembly, in addition to its body. */
#define BYTES_PER_FUNCTION 40

static uint64_t weight(const generator *g, uint32_t function) {
    return g->m->funcs[function].body.length + BYTES_PER_FUNCTION;
}

/* ---- Functions that are too much for C compilers ----
 *
 * GCC and clang take time that grows with the square of a function's size, or of the number of certain things in it, at all levels but -O0.
 * Code can be a hundred times denser than what compilers make (bench/compile_time.py). The limits below are higher than what occurs in
 * programs. */

/* Limits of a body in bytes of WebAssembly. Above the first, some functions take minutes or gigabytes at -O2; above the second, they do so
 * even at -O1 (docs/guide-compile.md). */
#define LARGE_BODY ((size_t)192 * 1024)
#define HUGE_BODY ((size_t)512 * 1024)

/* Limit of code without a branch, in bytes. Hash functions and products of large numbers, written out, have 36 KiB; longer code is hardly
 * ever anything but initialisation. */
#define MOST_STRAIGHT ((size_t)44 * 1024)

/* Limit of code without a branch, in bytes, with the functions that are inlined there. Compilers inline the smallest functions at each of
 * thousands of calls: 20 KB of calls of a function of 29 bytes take GCC 16 s. Programs have at most 50 KiB. */
#define MOST_STRAIGHT_INLINED ((size_t)64 * 1024)
#define INLINED_BODY 64

/* Limits of the number of locals, and of locals times branches: where paths meet, compilers have an assignment for each local. Programs
 * have at most 1.4 million in a large function (Ruby), and 38 for each byte if blocks are nested deep (78 otherwise). */
#define MOST_LOCALS 1500
#define MOST_MEETINGS 4000000
#define FEW_MEETINGS 100000
#define MEETINGS_FOR_BYTE 45
#define DEEP_BLOCKS 64

/* The same in short functions that are nested as deep: both numbers grow with a function's length, so their product is limited by its
 * square. 3 KB of exits to places where different locals are set take GCC 2.7 s. Programs have at most a 3,000th of the square. */
#define FEWER_MEETINGS 20000
#define SQUARE_FOR_MEETING 500

/* Limit of the ways out of blocks that branches take, each block counted: C has an if at the end of each block on the way, and GCC finds
 * out which of them lead where. 3 KB of exits of 300 blocks around each other take it 2 to 4 s and 217 MB. Programs have at most a 430th of
 * the square (long comparisons with names, in component tools). */
#define FEW_CROSSED 5000
#define SQUARE_FOR_CROSSED 300

/* Limit of the values that branches to the labels in scope take. Each label with a value is a variable, too, which all exits of blocks
 * around it carry along: GCC takes 25 s for 9 KB with 644 of them, clang more. Programs have at most 143 (MoonBit's long conditions), and a
 * product with the branches of at most 45,000. */
#define FEW_CARRIED 64
#define MOST_CARRIED_MEETINGS 60000

/* Limits of the number of selects: each is a branch to GCC, until late. Programs have at most 2,405, in 192 KB, and 584 in 53 KB (LLVM,
 * Yosys). */
#define FEW_SELECTS 1500
#define BYTES_FOR_SELECT 128

/* From here on at -O1: GCC's -O2 follows what is known of a number through all selects of it before. 15 KB of `x = x < 7 ? x : 7; x += y;`
 * with other constants take it 3.4 s, 30 KB 15; 0.7 at -O1. */
#define SELECTS_AT_O1 700

/* Limit of accesses of globals, and of first values of fields and elements, in code without a branch: GCC compares each store there with
 * each, looking for neighbours that one vector could hold. 26 KB that move globals take it 9.5 s and 500 MB, an array of 3,000 numbers in 6
 * KB 6.5 s and 300 MB, and twice as much four times of both. Programs have at most 264 accesses (Yosys), apart from initialisers of
 * thousands of globals. */
#define MOST_MEMBERS 1500

/* Limit of shifts by variables in code without a branch: the machine's shifts include the mask of the count, into each of them GCC puts it,
 * and for each it reads all code from the mask on. 5 KB of shifts by one variable take it 15 s and 476 MB. */
#define MOST_SHIFTS 300

/* Limits of the number of loops: what clang knows of a variable after a loop goes into what it finds out about the next one. 4 KB of loops
 * that each store and count take it 2.6 s, 13 KB more than 25. Programs have at most one for each 48 bytes (LLVM's matchers). */
#define FEW_LOOPS 100
#define BYTES_FOR_LOOP 40

/* Limit of the loops in functions that are inlined, in addition to those of the function: 7 KB of 800 calls of a function of 29 bytes with
 * a loop in it take clang over 37 s, 400 take 8. Programs have at most 31. */
#define MOST_INLINED_LOOPS 200

/* Limit of the branches that are inlined in code without a branch: 4 KB of 500 calls of a function of 20 bytes, which makes a number of a
 * float and divides by it, take clang 6 s, 8 KB over 40. Programs have at most 748 (component tools). */
#define MOST_INLINED_BRANCHES 1200

/* Limit of the nesting of loops. At the end of each, clang looks for statements of all loops around it that vectors could hold side by
 * side: 2 KB of 100 loops in each other take it 11 s, of 70 they take 0.3. GCC looks for where a number comes from on all ways around all
 * loops: 1.6 KB of 24 take it 1.8 s, of 30, whose numbers come from globals, 28. Programs have at most 16. */
#define MOST_NESTED_LOOPS 18

/* Limits of locals that are set to others in loops: GCC assumes that all are the same, and finds one that is not in each round over the
 * loop's code. 4 KB of them take it 6 s, 7 KB over 20; clang takes 37 s for 59 KB of loops that each move eight around. Programs have at
 * most 10 plus one for each 32 bytes. */
#define FEW_MOVES 150
#define BYTES_FOR_MOVE 32

/* Limits of locals that are set in loops to sums with what they were: what clang knows of each after a loop goes into what it finds out
 * about the next one. 25 KB of loops with 20 of them each take it over 17 s. Programs have at most 20 plus one for each 32 bytes. */
#define FEW_STEPS 100
#define BYTES_FOR_STEP 32

/* Limits of the nesting of blocks: a switch has one block for each case. Programs have at most 2,861 in 100 KB of code (LLVM), and 804 in
 * 44 KB. */
#define FEW_BLOCKS 800
#define BYTES_FOR_BLOCK 45

/* Limits of the number of branches in the C. Programs have at most one for each five bytes of a large function (bytes per branch of the
 * densest functions with more than 1500 branches: 5.1 in Ruby, 6.3 in LLVM, 6.7 in tree-sitter), and no more than 10,000 (13,000 if the
 * body is large). */
#define FEW_BRANCHES 1500
#define BYTES_FOR_BRANCH 6
#define LARGE_BRANCHES 11000
#define HUGE_BRANCHES 20000

/* Limits of the number of accesses whose bounds code checks, in the function and in its longest code without a branch: from each check on
 * compilers know more of the index. 20 KB of stores take GCC 6 s, 39 KB 23 s; 13 KB of loads from a 64-bit memory take clang 14 s at any
 * level but -O0. Programs have at most 15,104 accesses in a function (LLVM), more than 2000 in 339 functions of 45 modules, and more than
 * 1300 in code without a branch in ten, most of which are long enough without any check. */
#define LARGE_CHECKS 2000
#define STRAIGHT_CHECKS 1300

/* Limits of accesses to elements of arrays: for GCC's -O2, from each check on an index is one of those that are less than some length. 5 KB
 * of them take it 5 s. Code that computes an index has hardly less than 20 bytes for each. */
#define FEW_ELEMENTS 250
#define BYTES_FOR_ELEMENT 20

/* Limit of the pairs of branches that test the same local soon after each other: where the first one is taken, GCC's -O2 makes a way around
 * the second, and after each such way it looks anew at which blocks dominate which. 45 KB of ifs on one local take it 24 s, 99 KB 120; at
 * -O1 there are no such ways. Four of 172,590 functions of programs have more, all of them LLVM's, which has 14 for each byte. */
#define FEW_RETESTS 50000
#define RETESTS_FOR_BYTE 10

/* Limits of branches back to loops that go around the rest of them, times tests of locals: for each test GCC's -O2 looks at the values that
 * each such branch brings. 13 KB of a loop of `if (l2) continue; l2 = l3 + p0; ...` take it 6 s, 24 KB more than 17; 0.15 at -O1. Programs
 * have at most 1.46 million (esbuild, in 195 KB), and a 1,900th of the square of the bytes (of those below the first limit). */
#define FEW_REPEATED_TESTS 50000
#define SQUARE_FOR_REPEATED_TEST 1000
#define MOST_REPEATED_TESTS 2000000

/* Limits of such branches alone: clang looks for the most probable way through a loop in rounds over all of them. 24 KB of
 * `if (l2 == 5) continue; l3 = l2 + 1; ...` take it 13 s, at -O1 too. Programs have at most 78 plus one for each 64 bytes (Go, which has
 * one loop around each function). */
#define FEW_REPEATS 300
#define BYTES_FOR_REPEAT 64

/* Limits of the ways out of loops: clang puts the test of each in turn behind the loop's end. 30 KB of a loop of `if (I32(p0, 4)) break;
 * ...` take it 17 s, 16 KB 4.7. */
#define FEW_LOOP_EXITS 1000
#define BYTES_FOR_LOOP_EXIT 32

/* Limits of the values that blocks give, times branches: each is a variable that is zero from the top of the function on, up to where it is
 * set. 30 KB of ifs that give eleven values take clang over 18 s, 15 KB 2.6. */
#define MANY_GIVEN 3000000
#define GIVEN_FOR_BYTE 150

/* Limit of checks and branches together, in addition to FEW_BRANCHES, where there are more than LARGE_CHECKS: clang takes 22 s for 24 KB of
 * loads in ifs, more at -O1 than at -O2. 68 functions of those modules have more, most of them DuckDB's. */
#define BYTES_FOR_CHECK 11

/* The number of accesses whose bounds code checks. */
static uint64_t count_checks(const generator *g, const func *f) {
    return g->options->bounds == BOUNDS_EXPLICIT ? f->notes.accesses : f->notes.checked;
}

/* The estimated number of branches in the C. A call counts as half a branch; one that may throw as one more, for the check after it. */
static uint64_t count_branches(const generator *g, const func *f, const uint32_t *calls) {
    uint64_t halves = 2 * (uint64_t)f->notes.branches + f->notes.call_count;
    for (uint32_t k = 0; k < f->notes.call_count; k++)
        halves += 2 * g->calls.throws[calls[k] & ~CALL_CAUGHT];
    return halves / 2;
}

/* What compilers put in the place of calls. */
typedef struct inlined {
    uint64_t bytes, branches, loops;
} inlined;

static inlined count_inlined(const generator *g, const func *f, const uint32_t *calls) {
    inlined all = {0};
    for (uint32_t k = 0; k < f->notes.call_count; k++) {
        const func *callee = &g->m->funcs[calls[k] & ~CALL_CAUGHT];
        if (callee->body.length > INLINED_BODY)
            continue;
        all.bytes += callee->body.length;
        all.branches += callee->notes.branches;
        all.loops += callee->notes.loops;
    }
    return all;
}

/* The number of branches back to loops, without one for each loop. */
static uint32_t repeats_beside_the_last(const body_notes *n) {
    return n->repeats > n->loops ? n->repeats - n->loops : 0;
}

/* Whether the function has so many of the same that compilers take the square of their number, whatever its size. */
static bool is_knotty(const func *f, uint64_t branches) {
    const body_notes *n = &f->notes;
    uint64_t meetings = n->local_count * branches;
    uint64_t square = (uint64_t)f->body.length * f->body.length;
    bool all_meet = n->depth > DEEP_BLOCKS && (meetings > FEW_MEETINGS + f->body.length * MEETINGS_FOR_BYTE ||
                                               meetings > FEWER_MEETINGS + square / SQUARE_FOR_MEETING);
    bool all_cross = n->depth > DEEP_BLOCKS && n->crossed > FEW_CROSSED + square / SQUARE_FOR_CROSSED;
    bool all_carry = n->carried > FEW_CARRIED && n->carried * branches > MOST_CARRIED_MEETINGS;
    return n->local_count > MOST_LOCALS || n->members > MOST_MEMBERS || n->shifts > MOST_SHIFTS || meetings > MOST_MEETINGS || all_meet ||
           all_carry || all_cross || n->loop_depth > MOST_NESTED_LOOPS || n->moves > FEW_MOVES + f->body.length / BYTES_FOR_MOVE ||
           repeats_beside_the_last(n) > FEW_REPEATS + f->body.length / BYTES_FOR_REPEAT ||
           n->loop_exits > FEW_LOOP_EXITS + f->body.length / BYTES_FOR_LOOP_EXIT ||
           n->given * branches > MANY_GIVEN + f->body.length * GIVEN_FOR_BYTE || n->steps > FEW_STEPS + f->body.length / BYTES_FOR_STEP ||
           n->loops > FEW_LOOPS + f->body.length / BYTES_FOR_LOOP || n->depth > FEW_BLOCKS + f->body.length / BYTES_FOR_BLOCK ||
           n->selects > FEW_SELECTS + f->body.length / BYTES_FOR_SELECT;
}

static bool has_many_repeated_tests(const func *f) {
    uint64_t tests = (uint64_t)repeats_beside_the_last(&f->notes) * f->notes.tests;
    return tests > FEW_REPEATED_TESTS + (uint64_t)f->body.length * f->body.length / SQUARE_FOR_REPEATED_TEST || tests > MOST_REPEATED_TESTS;
}

/* The special file that the function needs; SPECIAL_FILES if it stands among the others. */
static special_kind kind_of(const generator *g, const func *f, const uint32_t *calls) {
    uint64_t branches = count_branches(g, f, calls);
    inlined more = count_inlined(g, f, calls);
    bool is_dense = branches > FEW_BRANCHES + f->body.length / BYTES_FOR_BRANCH || branches > HUGE_BRANCHES;
    /* of the calls of small functions as many as are in the longest code without a branch, if they are as dense there as elsewhere */
    uint64_t inlined_bytes = more.bytes * f->notes.straight / f->body.length;
    uint64_t inlined_branches = more.branches * f->notes.straight / f->body.length;
    bool is_straight = f->notes.straight > MOST_STRAIGHT || f->notes.straight + inlined_bytes > MOST_STRAIGHT_INLINED;
    uint64_t checks = count_checks(g, f);
    bool has_dense_checks = checks > LARGE_CHECKS && checks + branches > FEW_BRANCHES + f->body.length / BYTES_FOR_CHECK;
    bool has_many_checks =
        checks * f->notes.straight / f->body.length > STRAIGHT_CHECKS || checks + branches > HUGE_BRANCHES || has_dense_checks;
    if (f->body.length > HUGE_BODY || is_straight || is_dense || has_many_checks || is_knotty(f, branches) ||
        more.loops > MOST_INLINED_LOOPS || inlined_branches > MOST_INLINED_BRANCHES)
        return FILE_HUGE;
    bool has_many_elements = f->notes.elements > FEW_ELEMENTS + f->body.length / BYTES_FOR_ELEMENT;
    bool has_many_retests = f->notes.retests > FEW_RETESTS + (uint64_t)f->body.length * RETESTS_FOR_BYTE;
    bool has_many_selects = f->notes.selects > SELECTS_AT_O1 + f->body.length / BYTES_FOR_SELECT;
    bool is_large = f->body.length > LARGE_BODY || branches > LARGE_BRANCHES || checks > LARGE_CHECKS || has_many_elements ||
                    has_many_retests || has_many_repeated_tests(f) || has_many_selects;
    return is_large ? FILE_LARGE : SPECIAL_FILES;
}

const uint8_t *split_find_kinds(const generator *g) {
    const module *m = g->m;
    uint8_t *kinds = arena_array(g->arena, m->func_count, sizeof *kinds);
    const uint32_t *calls = m->calls;
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        kinds[k] = (uint8_t)kind_of(g, &m->funcs[k], calls);
        calls += m->funcs[k].notes.call_count;
    }
    return kinds;
}

code_size split_measure(const generator *g) {
    code_size size = {0};
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        if (!g->calls.reachable[k])
            continue;
        size_t length = g->m->funcs[k].body.length;
        special_kind kind = g->kinds[k];
        if (kind == SPECIAL_FILES) {
            size.usual += length;
            continue;
        }
        if (kind == FILE_HUGE)
            size.huge += length;
        if (size.count[kind]++ == 0 || length > g->m->funcs[size.largest[kind]].body.length)
            size.largest[kind] = k;
    }
    return size;
}

/* Appends the functions of the kind to the order; returns their total weight. */
static uint64_t add_functions(const generator *g, special_kind kind, split_order *order) {
    uint64_t total = 0;
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        if (!g->calls.reachable[k] || g->kinds[k] != kind)
            continue;
        *vec_push(&order->functions) = k;
        total += weight(g, k);
    }
    return total;
}

void split_none(const generator *g, split_order *order) {
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++)
        if (g->calls.reachable[k])
            *vec_push(&order->functions) = k;
    for (int kind = 0; kind < SPECIAL_FILES; kind++)
        order->special[kind] = order->functions.count;
}

/* Chooses the function with which each file, from the second on, begins. */
static void place_starts(const generator *g, uint64_t total, uint32_t files, split_order *order) {
    const uint32_t *functions = order->functions.data;
    uint64_t half_window = total / files / 16, at = 0; /* at: the weight of the functions before this one */
    size_t best = SIZE_MAX;                            /* the best function so far in the window of the next file */
    if (order->functions.count > 0)
        *vec_push(&order->starts) = 0;
    for (size_t k = 0; k < order->functions.count; k++) {
        /* Begin the file whose window has ended; several files, if a function is larger than a file. */
        while (order->starts.count < files && at > total * order->starts.count / files + half_window) {
            size_t start = best == SIZE_MAX ? k : best;
            if (vec_last(&order->starts) == start)
                break;
            *vec_push(&order->starts) = start;
            best = SIZE_MAX;
        }
        if (order->starts.count < files && vec_last(&order->starts) != k && at + half_window >= total * order->starts.count / files &&
            (best == SIZE_MAX || hash(g->func_names[functions[k]]) < hash(g->func_names[functions[best]])))
            best = k;
        at += weight(g, functions[k]);
    }
    if (best != SIZE_MAX && order->starts.count < files)
        *vec_push(&order->starts) = best;
}

void split_plan(const generator *g, uint32_t files, split_order *order) {
    uint64_t total = add_functions(g, SPECIAL_FILES, order);
    place_starts(g, total, files, order);
    for (int kind = 0; kind < SPECIAL_FILES; kind++) {
        order->special[kind] = order->functions.count;
        add_functions(g, kind, order);
    }
}

void split_free(split_order *order) {
    vec_free(&order->functions);
    vec_free(&order->starts);
}

/* Returns for each function the number of its C file. */
static const uint32_t *files_of(const generator *g, const split_order *order) {
    uint32_t *files = arena_array(g->arena, g->m->func_count, sizeof *files), file = 0;
    size_t next = 0;
    for (size_t at = 0; at < order->functions.count; at++) {
        bool begins = next < order->starts.count && order->starts.data[next] == at;
        next += begins;
        for (int kind = 0; kind < SPECIAL_FILES; kind++)
            begins |= order->special[kind] == at;
        file += begins;
        files[order->functions.data[at]] = file;
    }
    return files;
}

const bool *split_find_local(const generator *g, const split_order *order) {
    const module *m = g->m;
    const uint32_t *files = files_of(g, order), *call = m->calls, *code = g->calls.code;
    bool *local = arena_array(g->arena, m->func_count, sizeof *local);
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++)
        local[k] = true;
    for (uint32_t k = 0; k < m->func_count; k++) {
        const func *f = &m->funcs[k];
        if (f->is_referenced || k == m->start) /* NAME_data.c mentions it */
            local[code[k]] = false;
        for (uint32_t c = 0; g->calls.reachable[k] && c < f->notes.call_count; c++) {
            uint32_t callee = code[call[c] & ~CALL_CAUGHT];
            if (files[callee] != files[k])
                local[callee] = false;
        }
        call += f->notes.call_count;
    }
    return local;
}
