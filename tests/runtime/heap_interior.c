/* Loops over arrays that collect inside, as emitted code has them: what compilers keep of the array may be a pointer to an element, or
 * right behind the last. The array is referred to from nowhere else. */
#include "case.h"

#include <stddef.h>
#include <string.h>

#include <wasmelt/code/heap.h>

#include "heap/heap.h"

static const wasmelt_valtype element = WASMELT_I64;
static const uint8_t is_mutable[] = {1};
static const wasmelt_type types[] = {{.kind = WASMELT_TYPE_ARRAY,
                                      .supertype = WASMELT_NO_TYPE,
                                      .group_size = 1,
                                      .params = &element,
                                      .mutability = is_mutable,
                                      .param_count = 1}};

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[1];
} app;

static const uint32_t heap_types[] = {0};
static const wasmelt_module module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "app",
    .instance_size = sizeof(app),
    .types = types,
    .type_count = 1,
    .type_ids_offset = offsetof(app, type_ids),
    .heap_types = heap_types,
    .heap_type_count = 1,
    .type_groups = wasmelt_type_groups,
    .collector = wasmelt_collector,
    .heap_is_closed = true,
};

typedef struct numbers {
    array head;
    u64 e[];
} numbers;

enum { LENGTH = 40 };
static wasmelt_heap *h;
static u64 sum;

static __attribute__((noinline)) numbers *make(u64 factor) {
    numbers *a = (numbers *)heap_new_array(h, WASMELT_FIRST_HEAP_TYPE, LENGTH, (u32)sizeof(u64), offsetof(numbers, e));
    for (u64 k = 0; k < LENGTH; k++)
        a->e[k] = factor * k;
    return a;
}

/* What is called in the loops: collects, and puts others where arrays were that were lost. */
static __attribute__((noinline)) void use(app *self, u64 value) {
    (void)self;
    static u32 calls;
    sum += value;
    CHECK(wasmelt_rt_heap_collect(heap_of(h), calls++ % 2));
    for (int k = 0; k < 200; k++)
        make(1000000);
}

static u32 at(const numbers *a, u32 index) {
    if (index >= a->head.length)
        wasmelt_trap_raise(WASMELT_TRAP_ARRAY_BOUNDS);
    return index;
}

#define SHAPE(name) static __attribute__((noinline)) void name(app *self, numbers *p0)

SHAPE(upwards) {
    u32 l1 = 0, n = p0->head.length;
    for (;;) {
        if (l1 >= n)
            break;
        use(self, p0->e[l1]);
        l1 += 1;
    }
}

SHAPE(upwards_checked) {
    u32 l1 = 0;
    for (;;) {
        if (l1 >= p0->head.length)
            break;
        use(self, p0->e[at(p0, l1)]);
        l1 += 1;
    }
}

SHAPE(downwards) {
    u32 l1 = p0->head.length;
    for (;;) {
        if (!l1)
            break;
        l1 -= 1;
        use(self, p0->e[at(p0, l1)]);
    }
}

SHAPE(the_last_ones) {
    u32 n = p0->head.length;
    use(self, 0);
    use(self, p0->e[at(p0, n - 1)]);
    use(self, p0->e[at(p0, n - 2)]);
    use(self, p0->e[at(p0, 0)]);
}

SHAPE(back_by_8) {
    u32 l1 = p0->head.length - 1;
    for (;;) {
        if ((s32)l1 < 7)
            break;
        use(self, p0->e[at(p0, l1)]);
        use(self, p0->e[at(p0, l1 - 7)]);
        l1 -= 8;
    }
}

SHAPE(a_window) {
    u32 n = p0->head.length;
    for (u32 l1 = 5; l1 < n; l1++) {
        use(self, p0->e[l1]);
        if (l1 - 5 >= n)
            wasmelt_trap_raise(WASMELT_TRAP_ARRAY_BOUNDS);
        use(self, p0->e[l1 - 5]);
    }
}

SHAPE(from_the_middle) {
    u32 n = p0->head.length;
    for (u32 l1 = 0; l1 + 20 < n; l1++)
        use(self, p0->e[l1 + 20]);
}

/* By hand, with a pointer to the end: nothing but that lives across the call. */
SHAPE(by_the_end) {
    u64 *end = p0->e + p0->head.length;
    __asm__("" : "+r"(end)); /* which compilers then cannot know to be derived from p0 */
    use(self, 0);
    use(self, end[-1]);
}

static u64 expected(u64 from, u64 to) {
    return (from + to - 1) * (to - from) / 2;
}

/* Overwrites what calls have left on the stack. */
static __attribute__((noinline)) void forget(void) {
    volatile char stack[4000];
    for (size_t k = 0; k < sizeof stack; k++)
        stack[k] = 0;
}

static void run_all(void *unused) {
    (void)unused;
    static const struct {
        void (*run)(app *, numbers *);
        u64 sum;
    } shapes[] = {
        {upwards, 780},
        {upwards_checked, 780},
        {downwards, 780},
        {the_last_ones, 77},
        {back_by_8, 39 + 32 + 31 + 24 + 23 + 16 + 15 + 8 + 7},
        {a_window, 0},
        {from_the_middle, 0},
        {by_the_end, 39},
    };
    for (size_t k = 0; k < sizeof shapes / sizeof *shapes; k++) {
        u64 wanted = shapes[k].run == a_window          ? expected(5, LENGTH) + expected(0, LENGTH - 5)
                     : shapes[k].run == from_the_middle ? expected(20, LENGTH)
                                                        : shapes[k].sum;
        forget();
        sum = 0;
        shapes[k].run(NULL, make(1));
        CHECK(sum == wanted);
    }
}

CASE(loops_over_arrays) {
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, NULL) == WASMELT_OK);
    h = i->heap;
    CHECK(wasmelt_run(run_all, NULL, NULL) == WASMELT_TRAP_NONE);
    wasmelt_instance_free(i);
}
