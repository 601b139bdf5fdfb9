#include "emit/main.h"

#include <string.h>

static void put_strings(out *o, const char *name, const char *const *strings, size_t count) {
    if (count == 0)
        return;
    out_open(o, "static const char *const %s[] =", name);
    for (size_t k = 0; k < count; k++) {
        out_indent(o);
        strbuf_put(&o->text, '"');
        put_string(&o->text, (const uint8_t *)strings[k], strlen(strings[k]));
        strbuf_puts(&o->text, "\",\n");
    }
    out_line(o, "NULL,");
    out_close(o, ";\n");
}

static void put_limit(out *o, const char *member, uint64_t limit) {
    if (limit > 0)
        out_line(o, ".limits.%s = %llu,", member, (unsigned long long)limit);
}

static void put_limits(out *o, const fixed_limits *l) {
    put_limit(o, "memory_bytes", l->memory_bytes);
    put_limit(o, "stack_bytes", l->stack_bytes);
    put_limit(o, "table_elements", l->table_elements);
    put_limit(o, "heap_bytes", l->heap_bytes);
    put_limit(o, "nanoseconds", l->nanoseconds);
    put_limit(o, "fuel", l->fuel);
}

void main_put(out *o, const translate_options *options, const char *function, const char *program, const char *more) {
    const command_options *c = options->command;
    if (c) {
        put_strings(o, "directories", c->dirs, c->dir_count);
        put_strings(o, "variables", c->env, c->env_count);
        out_open(o, "static const wasmelt_command command =");
        out_line(o, ".dirs = %s,", c->dir_count > 0 ? "directories" : "NULL");
        out_line(o, ".env = %s,", c->env_count > 0 ? "variables" : "NULL");
        out_line(o, ".inherit_env = %s,", c->inherit_env ? "true" : "false");
        out_line(o, ".confine = %s,", c->confine ? "true" : "false");
        if (c->takes_options)
            out_line(o, ".takes_options = true,");
        put_limits(o, &c->limits);
        out_close(o, ";\n");
    }
    out_open(o, "int main(int argc, char **argv)");
    if (options->debug) /* links what reads lines into the executable */
        out_line(o, "wasmelt_backtrace_enable(true);");
    out_line(o, "return %s(&%s, %s%s, argc, argv);", function, program, more, c ? "&command" : "NULL");
    out_close(o, "");
}
