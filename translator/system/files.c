/* What is made of the functions that each system has. */
#include <stdlib.h>

#include "system/system.h"

void system_free_names(system_names *names) {
    for (size_t k = 0; k < names->count; k++)
        free(names->data[k]);
    vec_free(names);
}

int64_t system_read_block(int fd, void *to, size_t size) {
    size_t count = 0;
    while (count < size) {
        int64_t got = system_read(fd, (char *)to + count, size - count);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        count += (size_t)got;
    }
    return (int64_t)count;
}

bool system_find_program(const char *name, strbuf *path) {
    const char *list = getenv("PATH");
    strbuf_clear(path);
    if (*system_last_component(name) == 0)
        return false;
    if (system_last_component(name) != name) {
        strbuf_puts(path, name);
        return system_complete_program(path);
    }
    while (list && *list) {
        const char *end = strchr(list, SYSTEM_PATH_SEPARATOR);
        size_t length = end ? (size_t)(end - list) : strlen(list);
        strbuf_clear(path);
        strbuf_append(path, list, length);
        strbuf_printf(path, "/%s", name);
        if (system_complete_program(path))
            return true;
        list += length + (end != NULL);
    }
    return false;
}

void system_pass_end(system_passed *p) {
    system_close(p->fd);
    if (p->has_file) {
        strbuf_truncate(&p->name, system_directory_length(p->name.data));
        system_remove_tree(p->name.data);
    }
    strbuf_free(&p->name);
}
