/* wasi:cli. */
#include "../system/system.h"
#include "host.h"

/* ---- Environment ---- */

static void put_text(const wasmelt_wasi2_call *c, u8 *at, const char *text, size_t length) {
    u32 address, lowered;
    wasmelt_canon_lower_string(c->canon, (wasmelt_string){(uint8_t *)(uintptr_t)text, length}, &address, &lowered);
    put_list(at, address, lowered);
}

void wasmelt_wasi2_get_environment(const wasmelt_wasi2_call *c, u32 to) {
    const string_list *env = &begin(c)->wasi->env;
    u8 *at;
    const u32 address = wasmelt_canon_allocate(c->canon, env->count, 16, 4, &at);
    for (u32 k = 0; k < env->count; k++, at += 16) {
        const char *value = strchr(env->items[k], '=');
        put_text(c, at, env->items[k], (size_t)(value - env->items[k]));
        put_text(c, at + 8, value + 1, strlen(value + 1));
    }
    put_list(result_at(c, to, 8, 4), address, env->count);
}

void wasmelt_wasi2_get_arguments(const wasmelt_wasi2_call *c, u32 to) {
    const string_list *args = &begin(c)->wasi->args;
    u8 *at;
    const u32 address = wasmelt_canon_allocate(c->canon, args->count, 8, 4, &at);
    for (u32 k = 0; k < args->count; k++, at += 8)
        put_text(c, at, args->items[k], strlen(args->items[k]));
    put_list(result_at(c, to, 8, 4), address, args->count);
}

/* A program has no current directory but what libraries make of the directories that it was given. */
void wasmelt_wasi2_initial_cwd(const wasmelt_wasi2_call *c, u32 to) {
    begin(c);
    *result_at(c, to, 12, 4) = 0;
}

/* ---- Ending ---- */

void wasmelt_wasi2_exit(const wasmelt_wasi2_call *c, u32 failed) {
    begin(c);
    wasmelt_trap_exit((int32_t)discriminant(failed, 2));
}

void wasmelt_wasi2_exit_with_code(const wasmelt_wasi2_call *c, u32 status) {
    begin(c);
    wasmelt_trap_exit((int32_t)(status & 0xFF));
}

/* ---- Standard streams ---- */

descriptor *wasmelt_rt_wasi2_standard(const wasmelt_wasi2_call *c, u32 fd, u64 right) {
    descriptor *d = NULL;
    if (wasmelt_rt_wasi_fd(begin(c)->wasi, fd, right, &d) == WASI_SUCCESS && (d->host >= 0 || d->stream))
        return d;
    wasmelt_rt_wasi_fd_drop(&d);
    return NULL;
}

static u32 give_stream(const wasmelt_wasi2_call *c, object_kind kind, u32 fd, u64 right) {
    return wasmelt_rt_wasi2_give(c, 0,
                                 (object){.kind = kind, .d = wasmelt_rt_wasi2_standard(c, fd, right), .u.stream = {.at = SYSTEM_HERE}});
}

u32 wasmelt_wasi2_get_stdin(const wasmelt_wasi2_call *c) {
    return give_stream(c, OBJECT_INPUT, 0, RIGHT_FD_READ);
}

u32 wasmelt_wasi2_get_stdout(const wasmelt_wasi2_call *c) {
    return give_stream(c, OBJECT_OUTPUT, 1, RIGHT_FD_WRITE);
}

u32 wasmelt_wasi2_get_stderr(const wasmelt_wasi2_call *c) {
    return give_stream(c, OBJECT_OUTPUT, 2, RIGHT_FD_WRITE);
}

/* Terminals are the character devices that cannot seek: see wasmelt_rt_wasi_fd_possible_rights. */
static void put_terminal(const wasmelt_wasi2_call *c, u32 fd, u64 right, u32 to) {
    HELD descriptor *d = wasmelt_rt_wasi2_standard(c, fd, right);
    const bool is_terminal = d && d->filetype == FILETYPE_CHARACTER_DEVICE && !(d->rights_base & RIGHT_FD_SEEK);
    u8 *at = result_at(c, to, 8, 4);
    at[0] = is_terminal;
    if (is_terminal)
        put_u32(at + 4, wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_TERMINAL}));
}

void wasmelt_wasi2_get_terminal_stdin(const wasmelt_wasi2_call *c, u32 to) {
    put_terminal(c, 0, RIGHT_FD_READ, to);
}

void wasmelt_wasi2_get_terminal_stdout(const wasmelt_wasi2_call *c, u32 to) {
    put_terminal(c, 1, RIGHT_FD_WRITE, to);
}

void wasmelt_wasi2_get_terminal_stderr(const wasmelt_wasi2_call *c, u32 to) {
    put_terminal(c, 2, RIGHT_FD_WRITE, to);
}
