/* What tests/component/test_sockets.py runs: a program that uses WASI 0.2 itself, without a C library.
 *   client PORT     sends a word to 127.0.0.1 and prints the answer
 *   server PORT     answers one client
 *   udp PORT        sends a datagram to 127.0.0.1 and prints the answer (via PORT: by a socket that is for this address)
 *   wait PORT       answers one datagram
 *   again PORT      connects a UDP socket to ::1, then to fd00:1::1, and prints the first sixteen bits of its own address
 *   lookup NAME     prints how many addresses the name has
 *   now NAME        the same, but asks first what there is at once
 * An error-code is printed as "STEP: CODE". */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
#define WASI(interface, name) __attribute__((import_module("wasi:" interface "@0.2.12"), import_name(name))) extern

WASI("cli/environment", "get-arguments") void get_arguments(u32 *to);
WASI("cli/stdout", "get-stdout") u32 get_stdout(void);
WASI("io/streams", "[method]output-stream.blocking-write-and-flush") void write_stream(u32 self, const void *at, u32 length, void *to);
WASI("io/streams", "[method]input-stream.blocking-read") void read_stream(u32 self, u64 length, u32 *to);
WASI("io/poll", "[method]pollable.block") void block(u32 self);
WASI("sockets/instance-network", "instance-network") u32 instance_network(void);
WASI("sockets/tcp-create-socket", "create-tcp-socket") void create_tcp(u32 family, u32 *to);
WASI("sockets/udp-create-socket", "create-udp-socket") void create_udp(u32 family, u32 *to);
WASI("sockets/tcp", "[method]tcp-socket.start-bind")
void start_bind(u32 self, u32 network, u32 family, u32 port, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.finish-bind") void finish_bind(u32 self, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.start-connect")
void start_connect(u32 self, u32 network, u32 family, u32 port, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j,
                   u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.finish-connect") void finish_connect(u32 self, u32 *to);
WASI("sockets/tcp", "[method]tcp-socket.start-listen") void start_listen(u32 self, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.finish-listen") void finish_listen(u32 self, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.accept") void accept_client(u32 self, u32 *to);
WASI("sockets/tcp", "[method]tcp-socket.local-address") void local_address(u32 self, u32 *to);
WASI("sockets/tcp", "[method]tcp-socket.subscribe") u32 subscribe(u32 self);
WASI("sockets/tcp", "[method]tcp-socket.shutdown") void shut_down(u32 self, u32 how, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.set-keep-alive-idle-time") void set_idle(u32 self, u64 value, u8 *to);
WASI("sockets/tcp", "[method]tcp-socket.keep-alive-idle-time") void get_idle(u32 self, u64 *to);
WASI("sockets/udp", "[method]udp-socket.start-bind")
void udp_bind(u32 self, u32 network, u32 family, u32 port, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j, u8 *to);
WASI("sockets/udp", "[method]udp-socket.finish-bind") void udp_finish_bind(u32 self, u8 *to);
WASI("sockets/udp", "[method]udp-socket.stream")
void udp_stream(u32 self, u32 some, u32 family, u32 port, u32 a, u32 b, u32 c, u32 d, u32 e, u32 f, u32 g, u32 h, u32 i, u32 j, u32 *to);
WASI("sockets/udp", "[method]udp-socket.local-address") void udp_local_address(u32 self, u32 *to);
WASI("sockets/udp", "[method]incoming-datagram-stream.receive") void udp_receive(u32 self, u64 most, u32 *to);
WASI("sockets/udp", "[method]incoming-datagram-stream.subscribe") u32 udp_subscribe(u32 self);
WASI("sockets/udp", "[method]outgoing-datagram-stream.check-send") void check_send(u32 self, u64 *to);
WASI("sockets/udp", "[method]outgoing-datagram-stream.send") void udp_send(u32 self, const void *list, u32 count, u64 *to);
WASI("sockets/udp", "[resource-drop]incoming-datagram-stream") void drop_incoming(u32 self);
WASI("sockets/udp", "[resource-drop]outgoing-datagram-stream") void drop_outgoing(u32 self);
WASI("sockets/ip-name-lookup", "resolve-addresses") void resolve(u32 network, const void *name, u32 length, u32 *to);
WASI("sockets/ip-name-lookup", "[method]resolve-address-stream.resolve-next-address") void next_address(u32 self, u8 *to);
WASI("sockets/ip-name-lookup", "[method]resolve-address-stream.subscribe") u32 lookup_subscribe(u32 self);

static u8 heap[65536];
static u32 used;
__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    (void)old, (void)old_size;
    used = (used + alignment - 1) / alignment * alignment;
    void *at = heap + used;
    used += size;
    if (used > sizeof heap)
        __builtin_trap();
    return at;
}

static u32 out;
static void print(const void *text, u32 length) {
    u32 result[4];
    write_stream(out, text, length, result);
}
static u32 length_of(const char *text) {
    u32 n = 0;
    while (text[n])
        n++;
    return n;
}
static void say(const char *text) {
    print(text, length_of(text));
}
static void say_number(u32 n) {
    char digits[10];
    u32 k = 10;
    do
        digits[--k] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    print(digits + k, 10 - k);
}
/* Prints the error of a step; whether there was one. */
static int failed(const char *step, int is_error, u32 code) {
    if (!is_error)
        return 0;
    say(step);
    say(": ");
    say_number(code);
    say("\n");
    return 1;
}

static u32 talk(u32 input, u32 output, const char *word) {
    u32 result[4];
    write_stream(output, word, length_of(word), result);
    if (*(u8 *)result)
        return failed("write", 1, *(u8 *)&result[1]);
    read_stream(input, 100, result);
    if (*(u8 *)result)
        return failed("read", 1, *(u8 *)&result[1]);
    print((const void *)result[1], result[2]);
    say("\n");
    return 0;
}

static u32 client(u32 port) {
    u32 made[2], streams[3];
    u8 done[2];
    create_tcp(0, made);
    if (failed("create", *(u8 *)made, *(u8 *)&made[1]))
        return 1;
    start_connect(made[1], instance_network(), 0, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, done);
    if (failed("start", done[0], done[1]))
        return 1;
    block(subscribe(made[1]));
    finish_connect(made[1], streams);
    if (failed("connect", *(u8 *)streams, *(u8 *)&streams[1]))
        return 1;
    u64 idle[2];
    set_idle(made[1], 7500000000, done);
    get_idle(made[1], idle);
    if (done[0] || *(u8 *)idle || idle[1] != 8000000000)
        return failed("idle", 1, done[1]);
    if (talk(streams[1], streams[2], "ping"))
        return 1;
    shut_down(made[1], 2, done);
    return failed("shutdown", done[0], done[1]);
}

static u32 server(u32 port) {
    u32 made[2], taken[4], address[9];
    u8 done[2];
    create_tcp(0, made);
    if (failed("create", *(u8 *)made, *(u8 *)&made[1]))
        return 1;
    start_bind(made[1], instance_network(), 0, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, done);
    if (failed("bind", done[0], done[1]))
        return 1;
    finish_bind(made[1], done);
    start_listen(made[1], done);
    if (failed("listen", done[0], done[1]))
        return 1;
    finish_listen(made[1], done);
    accept_client(made[1], taken);
    if (!*(u8 *)taken || *(u8 *)&taken[1] != 8)
        return failed("accept", 1, 0);
    local_address(made[1], address);
    say_number(*(u16 *)&address[2]);
    say("\n");
    block(subscribe(made[1]));
    accept_client(made[1], taken);
    return failed("accept", *(u8 *)taken, *(u8 *)&taken[1]) || talk(taken[2], taken[3], "pong");
}

/* An outgoing-datagram. */
typedef struct outgoing {
    const char *text;
    u32 length;
    u8 has_address, space1[3], family, space2[3];
    u16 port;
    u8 address[4], space3[22];
} outgoing;

static u32 send_to(u32 stream, const char *text, u32 port, int has_address) {
    const outgoing o = {
        .text = text, .length = length_of(text), .has_address = (u8)has_address, .port = (u16)port, .address = {127, 0, 0, 1}};
    u64 allowed[2], sent[2];
    check_send(stream, allowed);
    if (allowed[1] == 0)
        return failed("check", 1, 0);
    udp_send(stream, &o, 1, sent);
    return failed("send", *(u8 *)sent, *(u8 *)&sent[1]);
}

/* Waits for a datagram, prints it, and returns the port that it came from; 0 after an error. A stream is ready for a datagram
 * that is then kept from it, as somebody sent it who may not: the program waits again. */
static u32 receive_from(u32 stream) {
    u32 got[3];
    do {
        block(udp_subscribe(stream));
        udp_receive(stream, 5, got);
        if (failed("receive", *(u8 *)got, *(u8 *)&got[1]))
            return 0;
    } while (got[2] == 0);
    const u32 *first = (const u32 *)got[1];
    print((const void *)first[0], first[1]);
    say("\n");
    return *(const u16 *)&first[3];
}

static u32 udp(u32 port, int waits, int connects) {
    u32 made[2], streams[3], address[9];
    u8 done[2];
    create_udp(0, made);
    if (failed("create", *(u8 *)made, *(u8 *)&made[1]))
        return 1;
    udp_bind(made[1], instance_network(), 0, waits ? port : 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, done);
    if (failed("bind", done[0], done[1]))
        return 1;
    udp_finish_bind(made[1], done);
    udp_stream(made[1], connects, 0, port, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, streams);
    if (failed("stream", *(u8 *)streams, *(u8 *)&streams[1]))
        return 1;
    if (!waits)
        return send_to(streams[2], "ping", port, !connects) || !receive_from(streams[1]);
    udp_local_address(made[1], address);
    say_number(*(u16 *)&address[2]);
    say("\n");
    const u32 from = receive_from(streams[1]);
    return !from || send_to(streams[2], "pong", from, 1) || !send_to(streams[2], "pong", from ^ 1, 1);
}

static u32 connect_again(u32 port) {
    u32 made[2], streams[3], address[9];
    u8 done[2];
    create_udp(1, made);
    if (failed("create", *(u8 *)made, *(u8 *)&made[1]))
        return 1;
    udp_bind(made[1], instance_network(), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, done);
    if (failed("bind", done[0], done[1]))
        return 1;
    udp_finish_bind(made[1], done);
    for (int is_other = 0; is_other < 2; is_other++) {
        udp_stream(made[1], 1, 1, port, 0, is_other ? 0xFD00 : 0, is_other, 0, 0, 0, 0, 0, 1, 0, streams);
        if (failed("stream", *(u8 *)streams, *(u8 *)&streams[1]))
            return 1;
        drop_incoming(streams[1]);
        drop_outgoing(streams[2]);
    }
    udp_local_address(made[1], address);
    say_number(*(u16 *)&address[4]);
    say("\n");
    return 0;
}

static u32 lookup(const u32 *name, int looks_first) {
    u32 made[2], count = 0;
    u8 found[22] = {0, 0, 1};
    resolve(instance_network(), (const void *)name[0], name[1], made);
    if (failed("lookup", *(u8 *)made, *(u8 *)&made[1]))
        return 1;
    const u32 answered = lookup_subscribe(made[1]);
    if (looks_first) {
        next_address(made[1], found);
        failed("at once", found[0], found[2]);
    }
    block(answered);
    while (next_address(made[1], found), !found[0] && found[2])
        count++;
    if (failed("address", found[0], found[2]))
        return 1;
    say_number(count);
    say("\n");
    return 0;
}

__attribute__((export_name("wasi:cli/run@0.2.12#run"))) u32 run(void) {
    u32 list[2];
    get_arguments(list);
    out = get_stdout();
    const u32 *what = (const u32 *)list[0] + 2, *word = what + 2;
    u32 number = 0;
    for (u32 k = 0; k < word[1]; k++)
        number = number * 10 + ((const char *)word[0])[k] - '0';
    switch (*(const char *)what[0]) {
    case 'c':
        return client(number);
    case 's':
        return server(number);
    case 'u':
        return udp(number, 0, 0);
    case 'v':
        return udp(number, 0, 1);
    case 'w':
        return udp(number, 1, 0);
    case 'a':
        return connect_again(number);
    default:
        return lookup(word, 0);
    case 'n':
        return lookup(word, 1);
    }
}
