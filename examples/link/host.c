/* Two modules linked to each other in one program: what one exports the other imports. Memories, tables and globals are
 * handed over when the second is instantiated; a function is one of the host's that passes the call on, which the C
 * compiler checks. (By name, at run time: see ../plugins.)
 *
 *     wasmelt shapes.wat --emit=lib && wasmelt painter.wat --emit=lib
 *     cc host.c libpainter.a libshapes.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>

#include "painter.h"
#include "shapes.h"

/* What painter.wat imports as "shapes" "area". */
uint32_t WASMELT_IMPORT(painter, shapes, area)(void *context, uint32_t shape, uint32_t side) {
    return shapes_area(context, shape, side);
}

typedef struct drawing {
    painter *painter;
    uint32_t calls;
} drawing;

static void draw(void *argument) {
    drawing *d = argument;
    d->calls = painter_draw(d->painter, 256, 6);
}

int main(void) {
    shapes *s;
    drawing d;
    wasmelt_error error;
    if (shapes_instantiate(&s, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    painter_imports imports = {
        .memory_shapes_0memory = shapes_memory(s),
        .table_shapes_0shapes = shapes_shapes(s),
        .global_shapes_0count = shapes_count(s),
        .context_shapes = s, /* first argument of the functions of "shapes" */
    };
    if (painter_instantiate(&imports, &d.painter, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return EXIT_FAILURE;
    }
    if (wasmelt_run(draw, &d, NULL) == WASMELT_TRAP_NONE) {
        const uint32_t *areas = wasmelt_memory_at(shapes_memory(s), 256, 2 * sizeof *areas);
        printf("square %u, line %u, %u calls, %u counted\n", (unsigned)areas[0], (unsigned)areas[1], (unsigned)d.calls,
               (unsigned)*shapes_count(s));
    }
    painter_instance_free(d.painter); /* whoever imports goes first */
    shapes_instance_free(s);
    return EXIT_SUCCESS;
}
