/* What the runtime asks of the system about sockets (sockets_posix.c). Numbers are negative after a failure: the number of the error. */
#ifndef WASMELT_RUNTIME_SYSTEM_SOCKETS_H
#define WASMELT_RUNTIME_SYSTEM_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* An IP address with a port; of version 4 in the first four bytes. */
typedef struct system_address {
    uint8_t bytes[16]; /* as on the network */
    uint16_t port;
    uint32_t flow, scope; /* of version 6 */
    bool is_v6;
} system_address;

/* Reads an address, without a port, as people write it. False if it is none. */
bool wasmelt_rt_system_parse_address(const char *text, system_address *a);

/* The addresses of a name, at most so many; it may take as long as the system's resolver does. -EAGAIN: another time; -ENOENT: there is
 * no such name; other errors. */
int wasmelt_rt_system_resolve(const char *name, system_address *list, int most);

/* A socket, of TCP or UDP, that never waits, and of version 6 takes nothing else. */
int wasmelt_rt_system_socket(bool is_v6, bool is_udp);
void wasmelt_rt_system_close(int fd);
/* `shared`: although the port may still be in use by connections that have ended. */
int wasmelt_rt_system_bind(int fd, const system_address *a, bool shared);
/* Send a datagram, to the address unless that is null, and receive one, cut off after so many bytes. Their sizes. */
int wasmelt_rt_system_send(int fd, const void *from, size_t size, const system_address *a);
int wasmelt_rt_system_receive(int fd, void *to, size_t size, system_address *a);
/* 0, or -EINPROGRESS: when the socket can be written to, wasmelt_rt_system_socket_error says how it has ended. */
int wasmelt_rt_system_connect(int fd, const system_address *a);
/* A socket of UDP takes datagrams from anybody again. */
int wasmelt_rt_system_disconnect(int fd);
int wasmelt_rt_system_socket_error(int fd);
int wasmelt_rt_system_listen(int fd, int backlog);
int wasmelt_rt_system_accept(int fd);
int wasmelt_rt_system_shutdown(int fd, bool reads, bool writes);
/* The address of this end, or the other. */
int wasmelt_rt_system_address_of(int fd, bool other, system_address *a);

/* Options, whose values are numbers. Times are in seconds. */
typedef enum system_option {
    SYSTEM_KEEP_ALIVE,
    SYSTEM_KEEP_ALIVE_IDLE,
    SYSTEM_KEEP_ALIVE_INTERVAL,
    SYSTEM_KEEP_ALIVE_COUNT,
    SYSTEM_HOP_LIMIT,
    SYSTEM_RECEIVE_BUFFER,
    SYSTEM_SEND_BUFFER
} system_option;
int wasmelt_rt_system_get_option(int fd, bool is_v6, system_option option, int *value);
int wasmelt_rt_system_set_option(int fd, bool is_v6, system_option option, int value);

#pragma GCC visibility pop

#endif
