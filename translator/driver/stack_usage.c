#include "driver/stack_usage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "system/system.h"

/* A line has the function, the number of bytes, and whether that is all it needs, separated by tabs: "app.c:7:5:f\t64\tstatic". */
static bool read_line(const char *line, uint64_t *largest) {
    const char *number = strchr(line, '\t');
    char *end;
    if (!number)
        return false;
    errno = 0;
    unsigned long long bytes = strtoull(number + 1, &end, 10);
    if (errno != 0 || end == number + 1 || (strcmp(end, "\tstatic\n") != 0 && strcmp(end, "\tdynamic,bounded\n") != 0))
        return false;
    *largest = bytes > *largest ? bytes : *largest;
    return true;
}

static bool read_file(const char *name, uint64_t *largest) {
    FILE *f = system_open(name, "r");
    strbuf line = {0};
    bool ok = f != NULL;
    for (int c; ok && (c = getc(f)) != EOF;) {
        strbuf_put(&line, (char)c);
        if (c != '\n')
            continue;
        ok = read_line(line.data, largest);
        strbuf_clear(&line);
    }
    ok = ok && !ferror(f) && line.count == 0;
    strbuf_free(&line);
    if (f)
        fclose(f);
    return ok;
}

bool stack_usage_read(const string_list *objects, uint64_t *largest) {
    bool ok = true;
    *largest = 0;
    for (size_t k = 0; ok && k < objects->count; k++) {
        strbuf name = {0};
        const char *object = objects->data[k];
        strbuf_append(&name, object, strlen(object) - strlen(".o"));
        strbuf_puts(&name, ".su");
        ok = read_file(name.data, largest);
        strbuf_free(&name);
    }
    return ok;
}
