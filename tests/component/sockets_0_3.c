/* A program of WASI 0.3 that tries to reach the network, for what --listen and --connect allow. It has its arguments and output from an
 * adapter.
 *
 *   bind ADDRESS PORT, connect …, udp-bind …, udp-connect …, udp-send …    with an IPv4 address as a number
 *   lookup NAME
 *
 * prints "done", or the number of the error: 0 is access-denied. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IMPORT(interface, name) __attribute__((import_module("wasi:sockets/" interface "@0.3.0"), import_name(name)))
#define ADDRESS uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t

enum { IPV4 };

typedef union result {
    uint32_t words[64];
    uint8_t is_error;
} result;

IMPORT("types", "[static]tcp-socket.create") void tcp_create(uint32_t family, result *r);
IMPORT("types", "[method]tcp-socket.bind") void tcp_bind(uint32_t self, ADDRESS, result *r);
IMPORT("types", "[method]tcp-socket.connect") void tcp_connect(uint32_t self, ADDRESS, result *r);
IMPORT("types", "[static]udp-socket.create") void udp_create(uint32_t family, result *r);
IMPORT("types", "[method]udp-socket.bind") void udp_bind(uint32_t self, ADDRESS, result *r);
IMPORT("types", "[method]udp-socket.connect") void udp_connect(uint32_t self, ADDRESS, result *r);
IMPORT("types", "[method]udp-socket.send")
void udp_send(uint32_t self, const char *data, size_t length, uint32_t has_address, ADDRESS, result *r);
IMPORT("ip-name-lookup", "resolve-addresses") void resolve_addresses(const char *name, size_t length, result *r);

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size) {
    (void)alignment;
    (void)old_size;
    return realloc(old, size);
}

int main(int argc, char **argv) {
    const char *const what = argv[1];
    result r = {{0}};
    if (strcmp(what, "lookup") == 0) {
        resolve_addresses(argv[2], strlen(argv[2]), &r);
    } else {
        const uint32_t a = (uint32_t)strtoul(argv[2], NULL, 0), port = (uint32_t)atoi(argv[3]);
        const int is_udp = what[0] == 'u';
        (is_udp ? udp_create : tcp_create)(IPV4, &r);
        const uint32_t self = r.words[1];
#define GIVEN IPV4, port, a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, 0, 0, 0, 0, 0, 0
        if (r.is_error) /* not even a socket is given */
            ;
        else if (strcmp(what, "udp-send") == 0)
            udp_send(self, "hello", 5, 1, GIVEN, &r);
        else if (is_udp)
            (strcmp(what, "udp-bind") == 0 ? udp_bind : udp_connect)(self, GIVEN, &r);
        else
            (strcmp(what, "bind") == 0 ? tcp_bind : tcp_connect)(self, GIVEN, &r);
    }
    (void)argc;
    if (r.is_error)
        printf("%u\n", (unsigned)(uint8_t)r.words[1]);
    else
        puts("done");
    return 0;
}

int __main_void(void);

__attribute__((export_name("wasi:cli/run@0.3.0#run"))) int run(void) {
    const int status = __main_void() != 0;
    fflush(stdout);
    return status;
}
