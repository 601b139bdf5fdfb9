/* Waiting, sockets, and the older layouts of snapshot 0. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

/* ---- poll_oneoff ---- */

enum { SUBSCRIPTIONS = 0x8000, EVENTS = 0xC000 };

static void subscribe_clock(uint32_t k, uint32_t clock, uint64_t timeout, uint32_t flags) {
    uint32_t s = SUBSCRIPTIONS + k * SIZEOF_SUBSCRIPTION;
    memset(memory.base + s, 0, SIZEOF_SUBSCRIPTION);
    put64(s, 100 + k);
    put32(s + 16, clock);
    put64(s + 24, timeout);
    put32(s + 40, flags);
}

static void subscribe_fd(uint32_t k, uint8_t type, uint32_t fd) {
    uint32_t s = SUBSCRIPTIONS + k * SIZEOF_SUBSCRIPTION;
    memset(memory.base + s, 0, SIZEOF_SUBSCRIPTION);
    put64(s, 100 + k);
    memory.base[s + 8] = type;
    put32(s + 16, fd);
}

/* The number of events; each must be for the subscription with this userdata. */
static uint32_t wait_for(uint32_t count) {
    SAME(WASI_SUCCESS, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, count, OUT));
    return get32(OUT);
}

static void event_is(uint32_t k, uint64_t userdata, uint32_t error, uint8_t type) {
    uint32_t e = EVENTS + k * SIZEOF_EVENT;
    SAME(userdata, get64(e));
    SAME(error, get32(e + 8) & 0xFFFF);
    SAME(type, memory.base[e + 10]);
}

static void a_relative_time_is_waited_for(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, SECOND / 50, 0);
    SAME(1, wait_for(1));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    uint64_t gone = now(CLOCK_ID_MONOTONIC) - before;
    CHECK(gone >= SECOND / 50 && gone < 5 * SECOND);
}

static void an_absolute_time_is_on_its_clock_s_own_base(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, now((uint32_t)clock) + SECOND / 50, SUBCLOCK_ABSTIME);
    SAME(1, wait_for(1));
    uint64_t gone = now(CLOCK_ID_MONOTONIC) - before;
    CHECK(gone >= SECOND / 100 && gone < 5 * SECOND);
}

static void an_absolute_time_that_is_past_fires_at_once(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, 1, SUBCLOCK_ABSTIME);
    subscribe_clock(1, (uint32_t)clock, 3600 * SECOND, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    CHECK(now(CLOCK_ID_MONOTONIC) - before < 60 * SECOND); /* not after an hour */
}

static void a_bad_descriptor_is_an_event_of_its_own(int unused) {
    (void)unused;
    subscribe_fd(0, EVENT_FD_READ, 99);
    subscribe_clock(1, CLOCK_ID_MONOTONIC, 3600 * SECOND, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_BADF, EVENT_FD_READ);
}

static void a_bad_clock_is_an_event_of_its_own(int unused) {
    (void)unused;
    subscribe_clock(0, 17, SECOND, 0);
    SAME(1, wait_for(1));
    event_is(0, 100, WASI_INVAL, EVENT_CLOCK);
}

static void a_ready_descriptor_wins_over_a_timeout(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0 && write(ends[1], "abc", 3) == 3);
    subscribe_clock(0, CLOCK_ID_MONOTONIC, 0, 0);
    subscribe_fd(1, EVENT_FD_READ, 0);
    SAME(1, wait_for(2));
    event_is(0, 101, WASI_SUCCESS, EVENT_FD_READ);
    SAME(3, get64(EVENTS + 16));
    close(ends[0]);
    close(ends[1]);
}

static void a_timeout_comes_when_nothing_is_ready(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    subscribe_clock(0, CLOCK_ID_MONOTONIC, SECOND / 100, 0);
    subscribe_fd(1, EVENT_FD_READ, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    close(ends[1]);
    SAME(1, wait_for(2)); /* the other end is closed: that is an event */
    event_is(0, 101, WASI_SUCCESS, EVENT_FD_READ);
    SAME(EVENT_FD_HANGUP, memory.base[EVENTS + 24]);
    close(ends[0]);
}

static void files_are_always_ready(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, pwrite_text(fd, "12345", 0));
    subscribe_fd(0, EVENT_FD_READ, fd);
    subscribe_fd(1, EVENT_FD_WRITE, fd);
    SAME(2, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_FD_READ);
    SAME(5, get64(EVENTS + 16));
    event_is(1, 101, WASI_SUCCESS, EVENT_FD_WRITE);
}

static void one_descriptor_may_be_waited_for_many_times(int unused) {
    (void)unused;
    int ends[2];
    enum { MANY = 5000, FROM = PATH, TO = PATH2 };
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    CHECK(wasmelt_wasi_set_stdio(wasi, 1, ends[1]) == 0 && write(ends[1], "x", 1) == 1);
    for (uint32_t k = 0; k < MANY; k++) {
        subscribe_fd(0, k % 2 ? EVENT_FD_READ : EVENT_FD_WRITE, k % 2 ? 0 : 1);
        memcpy(memory.base + FROM + k * SIZEOF_SUBSCRIPTION, memory.base + SUBSCRIPTIONS, SIZEOF_SUBSCRIPTION);
    }
    SAME(WASI_SUCCESS, wasmelt_wasi_poll_oneoff(wasi, FROM, TO, MANY, OUT));
    SAME(MANY, get32(OUT));
    close(ends[0]);
    close(ends[1]);
}

static void polling_for_nothing_is_an_error(int unused) {
    (void)unused;
    SAME(WASI_INVAL, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 0, OUT));
    subscribe_fd(0, 3, 0);
    SAME(WASI_INVAL, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 1, OUT));
}

/* ---- Sockets ---- */

static int give_socket(int type) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, type, 0, ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    close(ends[0]);
    return ends[1];
}

static void sockets_send_and_receive(int unused) {
    (void)unused;
    int peer = give_socket(SOCK_STREAM);
    put32(IOVS, BUFFER);
    put32(IOVS + 4, put_text(BUFFER, "out"));
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 0, OUT));
    char got[8] = "";
    CHECK(read(peer, got, sizeof got) == 3 && strcmp(got, "out") == 0);
    CHECK(write(peer, "incoming", 8) == 8);
    put32(IOVS + 4, 2);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, RIFLAG_RECV_PEEK, OUT, OUT2));
    CHECK(buffer_is("in"));
    put32(IOVS + 4, 100);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, 0, OUT, OUT2));
    CHECK(buffer_is("incoming"));
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_shutdown(wasi, 0, SDFLAG_WR));
    CHECK(read(peer, got, sizeof got) == 0);
    SAME(WASI_PIPE, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 0, OUT));
    SAME(WASI_PIPE, write_text(0, "x"));
    SAME(WASI_INVAL, wasmelt_wasi_sock_shutdown(wasi, 0, 0));
    SAME(WASI_INVAL, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 1, OUT));
    close(peer);
}

static void a_datagram_cut_off_is_told(int unused) {
    (void)unused;
    int peer = give_socket(SOCK_DGRAM);
    CHECK(write(peer, "datagram", 8) == 8);
    put32(IOVS, BUFFER);
    put32(IOVS + 4, 4);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, 0, OUT, OUT2));
    CHECK(buffer_is("data"));
    SAME(ROFLAG_RECV_TRUNCATED, memory.base[OUT2]);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, 0, OUT));
    SAME(FILETYPE_SOCKET_DGRAM, memory.base[OUT]);
    close(peer);
}

static void an_inherited_listener_accepts(int unused) {
    (void)unused;
    int listener = socket(AF_INET, SOCK_STREAM, 0), peer = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    uint32_t server;
    SAME(0, wasmelt_wasi_add_fd(wasi, listener, &server));
    CHECK(connect(peer, (struct sockaddr *)&address, length) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_accept(wasi, server, FDFLAG_NONBLOCK, OUT));
    uint32_t fd = get32(OUT);
    SAME(FDFLAG_NONBLOCK, flags_of(fd));
    SAME(WASI_AGAIN, read_some(fd, 1));
    CHECK(write(peer, "hello", 5) == 5);
    subscribe_fd(0, EVENT_FD_READ, fd);
    SAME(1, wait_for(1));
    SAME(WASI_SUCCESS, read_some(fd, 10));
    CHECK(buffer_is("hello"));
    SAME(WASI_INVAL, wasmelt_wasi_sock_accept(wasi, server, FDFLAG_APPEND, OUT));
    close(listener);
    close(peer);
}

static void files_are_no_sockets(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_accept(wasi, fd, 0, OUT));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_recv(wasi, fd, IOVS, 0, 0, OUT, OUT2));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_send(wasi, BOX, IOVS, 0, 0, OUT));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_shutdown(wasi, fd, SDFLAG_RD));
}

/* ---- Snapshot 0 ---- */

static void the_older_seek_has_another_order_of_whence(int unused) {
    (void)unused;
    host_file("box/f", "0123456789");
    uint32_t fd = open_file(BOX, "f", 0, READ_WRITE);
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 4, 2, OUT)); /* set */
    SAME(4, get64(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 3, 0, OUT)); /* current */
    SAME(7, get64(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 0, 1, OUT)); /* end */
    SAME(10, get64(OUT));
    SAME(WASI_INVAL, wasmelt_wasi0_fd_seek(wasi, fd, 0, 3, OUT));
}

static void the_older_attributes_are_shorter(int unused) {
    (void)unused;
    host_file("box/f", "12345");
    memset(memory.base + OUT, 0xAA, 64);
    SAME(WASI_SUCCESS, wasmelt_wasi0_path_filestat_get(wasi, BOX, 0, PATH, put_text(PATH, "f"), OUT));
    SAME(FILETYPE_REGULAR_FILE, memory.base[OUT + 16]);
    SAME(1, get32(OUT + 20));
    SAME(5, get64(OUT + 24));
    SAME(0xAA, memory.base[OUT + SIZEOF_FILESTAT_UNSTABLE]);
    uint32_t fd = open_file(BOX, "f", 0, READ_WRITE);
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_filestat_get(wasi, fd, OUT));
    SAME(5, get64(OUT + 24));
    SAME(0xAA, memory.base[OUT + SIZEOF_FILESTAT_UNSTABLE]);
}

static void the_older_subscriptions_are_longer(int unused) {
    (void)unused;
    memset(memory.base + SUBSCRIPTIONS, 0, SIZEOF_SUBSCRIPTION_UNSTABLE);
    put64(SUBSCRIPTIONS, 7);
    put64(SUBSCRIPTIONS + 16, 0xFFFF); /* an identifier that means nothing */
    put32(SUBSCRIPTIONS + 24, CLOCK_ID_MONOTONIC);
    put64(SUBSCRIPTIONS + 32, SECOND / 100);
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    SAME(WASI_SUCCESS, wasmelt_wasi0_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 1, OUT));
    SAME(1, get32(OUT));
    event_is(0, 7, WASI_SUCCESS, EVENT_CLOCK);
    CHECK(now(CLOCK_ID_MONOTONIC) - before >= SECOND / 100);
}

const test_case events_cases[] = {
    CASE_WITH(a_relative_time_is_waited_for, CLOCK_ID_REALTIME),
    CASE_WITH(a_relative_time_is_waited_for, CLOCK_ID_MONOTONIC),
    CASE_WITH(an_absolute_time_is_on_its_clock_s_own_base, CLOCK_ID_REALTIME),
    CASE_WITH(an_absolute_time_is_on_its_clock_s_own_base, CLOCK_ID_MONOTONIC),
    CASE_WITH(an_absolute_time_that_is_past_fires_at_once, CLOCK_ID_REALTIME),
    CASE_WITH(an_absolute_time_that_is_past_fires_at_once, CLOCK_ID_MONOTONIC),
    CASE(a_bad_descriptor_is_an_event_of_its_own, 0),
    CASE(a_bad_clock_is_an_event_of_its_own, 0),
    CASE(a_ready_descriptor_wins_over_a_timeout, 0),
    CASE(a_timeout_comes_when_nothing_is_ready, 0),
    CASE(files_are_always_ready, 0),
    CASE(one_descriptor_may_be_waited_for_many_times, 0),
    CASE(polling_for_nothing_is_an_error, 0),
    CASE(sockets_send_and_receive, 0),
    CASE(a_datagram_cut_off_is_told, 0),
    CASE(an_inherited_listener_accepts, 0),
    CASE(files_are_no_sockets, 0),
    CASE(the_older_seek_has_another_order_of_whence, 0),
    CASE(the_older_attributes_are_shorter, 0),
    CASE(the_older_subscriptions_are_longer, 0),
    {NULL, NULL, 0},
};
