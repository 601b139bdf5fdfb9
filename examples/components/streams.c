/* A host and a component that wait for each other: a stream each way and a future; then calls that only start, and a function of the host
 * that returns later, as in a host with an event loop. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "totals.h"

/* ---- Streams and a future ---- */

static void run(void *instance) {
    totals *self = instance;
    const totals_stream_u32_t numbers = totals_stream_u32_new(self);
    const totals_tuple2_stream_u32_future_u32_t result = totals_running(self, numbers);
    const uint32_t given[] = {1, 2, 3, 4};
    uint32_t sums[4], count;
    for (int k = 0; k < 4; k++) { /* writing waits until the component has taken all, reading until it has given one */
        totals_stream_u32_write(self, numbers, &given[k], 1);
        totals_stream_u32_read(self, result.f0, &sums[k], 1);
        printf("%u, in all %u\n", (unsigned)given[k], (unsigned)sums[k]);
    }
    totals_stream_u32_drop(self, numbers); /* the component sees the end */
    if (totals_future_u32_read(self, result.f1, &count))
        printf("%u numbers\n", (unsigned)count);
    totals_stream_u32_drop(self, result.f0);
    totals_future_u32_drop(self, result.f1);
}

/* ---- An event loop ---- */

enum { MOST = 4 };

typedef struct loop {
    totals *self;
    struct pollfd sensors[MOST]; /* pipes here: what an answer comes from */
    wasmelt_pending_call *calls[MOST];
    nfds_t count;
    wasmelt_started_call *average;
    int is_over;
} loop;

/* The component asks for a number. It will be there when the sensor's descriptor can be read. */
uint32_t wasmelt_import_totals_measure(void *context, uint32_t sensor) {
    loop *l = context;
    int ends[2];
    wasmelt_pending_call *later = l->count < MOST ? totals_measure_later(l->self, NULL, NULL) : NULL;
    if (!later || pipe(ends) != 0)
        abort();
    const uint32_t value = sensor * 10;
    if (write(ends[1], &value, sizeof value) != sizeof value) /* a real sensor would do this, some time */
        abort();
    close(ends[1]);
    l->sensors[l->count] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    l->calls[l->count++] = later;
    return 0; /* not looked at */
}

static void finish(void *own) {
    loop *l = own;
    uint32_t average;
    if (totals_average_result(l->average, &average))
        printf("average %u\n", (unsigned)average);
    l->is_over = 1;
}

static void answer(loop *l, nfds_t k) {
    uint32_t value;
    if (read(l->sensors[k].fd, &value, sizeof value) != sizeof value)
        abort();
    close(l->sensors[k].fd);
    l->sensors[k].fd = -1;
    printf("a sensor says %u\n", (unsigned)value);
    totals_measure_return(l->self, l->calls[k], value);
}

static void turn(void *own) {
    loop *l = own;
    l->average = totals_average_start(l->self, 3, 5, finish, l);
    printf("started\n");
    while (!l->is_over && poll(l->sensors, l->count, -1) > 0) {
        for (nfds_t k = 0; k < l->count; k++)
            if (l->sensors[k].revents)
                answer(l, k);
        totals_go_on(l->self); /* calls `finish` when the component has returned */
    }
    totals_drop_call(l->self, l->average);
}

int main(void) {
    loop l = {0};
    totals_imports imports = {.context = &l};
    wasmelt_error error;
    if (totals_instantiate(&imports, &l.self, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    wasmelt_trap_code trap = wasmelt_run(run, l.self, NULL);
    if (trap == WASMELT_TRAP_NONE)
        trap = wasmelt_run(turn, &l, NULL);
    if (trap != WASMELT_TRAP_NONE)
        printf("trap: %s\n", wasmelt_trap_message(trap));
    totals_instance_free(l.self);
    return trap != WASMELT_TRAP_NONE;
}
