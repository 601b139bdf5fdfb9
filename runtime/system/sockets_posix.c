#if !defined(_WIN32) && !defined(__APPLE__) /* WASI is not for macOS yet */
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A static program has no resolver: glibc's needs shared libraries, and its linker would say so for each program with the runtime. */
#pragma weak getaddrinfo
#pragma weak freeaddrinfo

/* An address as the system has it. */
typedef union native {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} native;

static int outcome(int result) {
    return result < 0 ? -errno : result;
}

/* ---- Addresses ---- */

static socklen_t to_native(const system_address *a, native *n) {
    memset(n, 0, sizeof *n);
    if (a->is_v6) {
        n->v6.sin6_family = AF_INET6;
        n->v6.sin6_port = htons(a->port);
        n->v6.sin6_flowinfo = htonl(a->flow);
        n->v6.sin6_scope_id = a->scope;
        memcpy(&n->v6.sin6_addr, a->bytes, 16);
        return sizeof n->v6;
    }
    n->v4.sin_family = AF_INET;
    n->v4.sin_port = htons(a->port);
    memcpy(&n->v4.sin_addr, a->bytes, 4);
    return sizeof n->v4;
}

static system_address from_native(const native *n) {
    system_address a = {.is_v6 = n->any.sa_family == AF_INET6};
    if (a.is_v6) {
        a.port = ntohs(n->v6.sin6_port);
        a.flow = ntohl(n->v6.sin6_flowinfo);
        a.scope = n->v6.sin6_scope_id;
        memcpy(a.bytes, &n->v6.sin6_addr, 16);
    } else {
        a.port = ntohs(n->v4.sin_port);
        memcpy(a.bytes, &n->v4.sin_addr, 4);
    }
    return a;
}

bool wasmelt_rt_system_parse_address(const char *text, system_address *a) {
    memset(a, 0, sizeof *a);
    if (inet_pton(AF_INET, text, a->bytes) == 1)
        return true;
    a->is_v6 = inet_pton(AF_INET6, text, a->bytes) == 1;
    return a->is_v6;
}

static int error_of_lookup(int error) {
    switch (error) {
    case EAI_AGAIN:
        return -EAGAIN;
    case EAI_MEMORY:
        return -ENOMEM;
    case EAI_SYSTEM:
        return -errno;
    case EAI_NONAME:
        return -ENOENT;
    default:
        return -EIO;
    }
}

int wasmelt_rt_system_resolve(const char *name, system_address *list, int most) {
    const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    if (!getaddrinfo || !freeaddrinfo)
        return -ENOSYS;
    const int error = getaddrinfo(name, NULL, &hints, &found);
    if (error != 0)
        return error_of_lookup(error);
    int count = 0;
    for (const struct addrinfo *i = found; i && count < most; i = i->ai_next) {
        native n;
        if ((i->ai_family != AF_INET && i->ai_family != AF_INET6) || i->ai_addrlen > sizeof n)
            continue;
        memcpy(&n, i->ai_addr, i->ai_addrlen);
        list[count++] = from_native(&n);
    }
    freeaddrinfo(found);
    return count;
}

/* ---- Sockets ---- */

int wasmelt_rt_system_socket(bool is_v6, bool is_udp) {
    const int on = 1;
    const int fd = outcome(socket(is_v6 ? AF_INET6 : AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (fd >= 0 && is_v6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) {
        const int error = -errno;
        close(fd);
        return error;
    }
    return fd;
}

void wasmelt_rt_system_close(int fd) {
    close(fd);
}

int wasmelt_rt_system_bind(int fd, const system_address *a, bool shared) {
    const int on = 1;
    native n;
    const socklen_t length = to_native(a, &n);
    if (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        return -errno;
    return outcome(bind(fd, &n.any, length));
}

int wasmelt_rt_system_connect(int fd, const system_address *a) {
    native n;
    const socklen_t length = to_native(a, &n);
    return outcome(connect(fd, &n.any, length));
}

int wasmelt_rt_system_disconnect(int fd) {
    const native n = {.any = {.sa_family = AF_UNSPEC}};
    return outcome(connect(fd, &n.any, sizeof n.any));
}

int wasmelt_rt_system_send(int fd, const void *from, size_t size, const system_address *a) {
    native n;
    const socklen_t length = a ? to_native(a, &n) : 0;
    return outcome((int)sendto(fd, from, size, MSG_NOSIGNAL, a ? &n.any : NULL, length));
}

int wasmelt_rt_system_receive(int fd, void *to, size_t size, system_address *a) {
    native n;
    socklen_t length = sizeof n;
    memset(&n, 0, sizeof n);
    const int done = outcome((int)recvfrom(fd, to, size, 0, &n.any, &length));
    if (done >= 0)
        *a = from_native(&n);
    return done;
}

int wasmelt_rt_system_socket_error(int fd) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) != 0 ? -errno : -error;
}

int wasmelt_rt_system_listen(int fd, int backlog) {
    return outcome(listen(fd, backlog));
}

int wasmelt_rt_system_accept(int fd) {
    return outcome(accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

int wasmelt_rt_system_shutdown(int fd, bool reads, bool writes) {
    return outcome(shutdown(fd, reads && writes ? SHUT_RDWR : reads ? SHUT_RD : SHUT_WR));
}

int wasmelt_rt_system_address_of(int fd, bool other, system_address *a) {
    native n;
    socklen_t length = sizeof n;
    memset(&n, 0, sizeof n);
    const int done = outcome((other ? getpeername : getsockname)(fd, &n.any, &length));
    if (done >= 0)
        *a = from_native(&n);
    return done;
}

/* ---- Options ---- */

static void name_of(system_option option, bool is_v6, int *level, int *name) {
    static const struct {
        int level, name;
    } all[] = {
        [SYSTEM_KEEP_ALIVE] = {SOL_SOCKET, SO_KEEPALIVE},
        [SYSTEM_KEEP_ALIVE_IDLE] = {IPPROTO_TCP, TCP_KEEPIDLE},
        [SYSTEM_KEEP_ALIVE_INTERVAL] = {IPPROTO_TCP, TCP_KEEPINTVL},
        [SYSTEM_KEEP_ALIVE_COUNT] = {IPPROTO_TCP, TCP_KEEPCNT},
        [SYSTEM_HOP_LIMIT] = {IPPROTO_IP, IP_TTL},
        [SYSTEM_RECEIVE_BUFFER] = {SOL_SOCKET, SO_RCVBUF},
        [SYSTEM_SEND_BUFFER] = {SOL_SOCKET, SO_SNDBUF},
    };
    *level = all[option].level;
    *name = all[option].name;
    if (option == SYSTEM_HOP_LIMIT && is_v6) {
        *level = IPPROTO_IPV6;
        *name = IPV6_UNICAST_HOPS;
    }
}

int wasmelt_rt_system_get_option(int fd, bool is_v6, system_option option, int *value) {
    int level, name;
    socklen_t length = sizeof *value;
    name_of(option, is_v6, &level, &name);
    return outcome(getsockopt(fd, level, name, value, &length));
}

int wasmelt_rt_system_set_option(int fd, bool is_v6, system_option option, int value) {
    int level, name;
    name_of(option, is_v6, &level, &name);
    return outcome(setsockopt(fd, level, name, &value, sizeof value));
}
#endif
