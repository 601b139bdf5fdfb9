/* @resvg/resvg-wasm, Rust made for JavaScript by wasm-bindgen: renders SVG files to PNG files. JavaScript's objects, which
 * such a module knows as numbers, are in a list of the host's.
 *
 * Arguments: pairs of an SVG file and the PNG file to write. Prints sizes and errors. */
#include "host.h"
#include "resvg.h"

/* What a number stands for. */
typedef enum kind { FREE, STRING, MEMORY, VIEW, BYTES } kind;

typedef struct object {
    kind kind;
    char *bytes;      /* STRING, BYTES: owned */
    uint32_t size;    /* STRING, BYTES, VIEW */
    uint32_t address; /* VIEW: of the memory */
} object;

enum { OBJECTS = 32, FIRST = 132 }; /* smaller numbers are constants: undefined and the like */

typedef struct host {
    resvg *r;
    object objects[OBJECTS];
    const char *svg, *png;
} host;

static wasmelt_memory *memory_of(const host *h) {
    return resvg_memory(h->r);
}

/* ---- Objects ---- */

static object *object_at(host *h, uint32_t number) {
    if (number < FIRST || number - FIRST >= OBJECTS || h->objects[number - FIRST].kind == FREE)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    return &h->objects[number - FIRST];
}

static uint32_t add(host *h, object o) {
    for (uint32_t k = 0; k < OBJECTS; k++)
        if (h->objects[k].kind == FREE) {
            h->objects[k] = o;
            return FIRST + k;
        }
    wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
}

/* A STRING or BYTES of what lies in the memory. */
static uint32_t add_copy(host *h, kind kind, uint32_t address, uint32_t size) {
    const void *from = wasmelt_memory_need(memory_of(h), address, size);
    char *bytes = malloc((size_t)size + 1);
    if (!bytes)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    memcpy(bytes, from, size);
    bytes[size] = 0;
    return add(h, (object){kind, bytes, size, 0});
}

static void drop(host *h, uint32_t number) {
    object *o = object_at(h, number);
    free(o->bytes);
    *o = (object){0};
}

/* ---- What the module imports ---- */

uint32_t WASMELT_IMPORT(resvg, wbg, __wbindgen_memory)(void *context) {
    return add(context, (object){.kind = MEMORY});
}

uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_buffer_12d079cc21e14bdb)(void *context, uint32_t memory) {
    object_at(context, memory);
    return add(context, (object){.kind = MEMORY});
}

/* new Uint8Array(buffer, address, size) */
uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_newwithbyteoffsetandlength_aa4a17c33a06e5cb)(void *context, uint32_t buffer, uint32_t address,
                                                                                       uint32_t size) {
    object_at(context, buffer);
    return add(context, (object){.kind = VIEW, .address = address, .size = size});
}

/* new Uint8Array(other): a copy */
uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_new_63b92bc8671ed464)(void *context, uint32_t other) {
    const object *o = object_at(context, other);
    if (o->kind != VIEW)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    return add_copy(context, BYTES, o->address, o->size);
}

void WASMELT_IMPORT(resvg, wbg, __wbindgen_object_drop_ref)(void *context, uint32_t number) {
    drop(context, number);
}

uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_instanceof_Uint8Array_2b3bbecd033d19f6)(void *context, uint32_t number) {
    kind k = object_at(context, number)->kind;
    return k == VIEW || k == BYTES;
}

/* The string, in memory of the module's, and its length; 0 if it is none. */
void WASMELT_IMPORT(resvg, wbg, __wbindgen_string_get)(void *context, uint32_t result, uint32_t number) {
    host *h = context;
    const object *o = object_at(h, number);
    uint32_t answer[2] = {0, 0};
    if (o->kind == STRING) {
        answer[0] = resvg___wbindgen_malloc(h->r, o->size, 1);
        answer[1] = o->size;
        wasmelt_memory_write(memory_of(h), answer[0], o->bytes, o->size);
    }
    memcpy(wasmelt_memory_need(memory_of(h), result, sizeof answer), answer, sizeof answer);
}

uint32_t WASMELT_IMPORT(resvg, wbg, __wbindgen_string_new)(void *context, uint32_t address, uint32_t size) {
    return add_copy(context, STRING, address, size);
}

/* new Error(text) */
uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_new_28c511d9baebfa89)(void *context, uint32_t address, uint32_t size) {
    return add_copy(context, STRING, address, size);
}

uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_length_c20a40f15020d68a)(void *context, uint32_t number) {
    return object_at(context, number)->size;
}

/* view.set(bytes, at) */
void WASMELT_IMPORT(resvg, wbg, __wbg_set_a47bac70306a19a7)(void *context, uint32_t to, uint32_t from, uint32_t at) {
    const object *view = object_at(context, to), *bytes = object_at(context, from);
    if (view->kind != VIEW || bytes->kind != BYTES)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    wasmelt_memory_write(memory_of(context), (uint64_t)view->address + at, bytes->bytes, bytes->size);
}

void WASMELT_IMPORT(resvg, wbg, __wbindgen_throw)(void *context, uint32_t address, uint32_t size) {
    const char *text = wasmelt_memory_need(memory_of(context), address, size);
    fprintf(stderr, "thrown: %.*s\n", (int)size, text);
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

/* Lists of fonts and images, which nothing here gives it. */
#define NOT_NEEDED(name, ...)                                                                                                              \
    uint32_t WASMELT_IMPORT(resvg, wbg, __wbg_##name)(void *context, ##__VA_ARGS__) {                                                      \
        wasmelt_trap_raise(WASMELT_TRAP_HOST);                                                                                             \
    }
NOT_NEEDED(values_839f3396d5aac002, uint32_t p0)
NOT_NEEDED(next_196c84450b364254, uint32_t p0)
NOT_NEEDED(done_298b57d23c0fc80c, uint32_t p0)
NOT_NEEDED(value_d93c65011f51a456, uint32_t p0)
NOT_NEEDED(new_16b304a2cfa7ff4a)
NOT_NEEDED(push_a5b05aedc7234f9f, uint32_t p0, uint32_t p1)

/* ---- Rendering, as in the package's index.mjs ---- */

/* A function that may fail leaves three words: a result, an error object, and whether it is one. False, and the error
 * printed, if it is. */
static bool take_result(host *h, uint32_t place, uint32_t *result) {
    uint32_t words[3];
    memcpy(words, wasmelt_memory_need(memory_of(h), place, sizeof words), sizeof words);
    resvg___wbindgen_add_to_stack_pointer(h->r, 16);
    *result = words[0];
    if (!words[2])
        return true;
    printf("error: %s\n", object_at(h, words[1])->bytes);
    drop(h, words[1]);
    return false;
}

static uint32_t room(host *h) {
    return resvg___wbindgen_add_to_stack_pointer(h->r, (uint32_t)-16);
}

static uint32_t read_svg(host *h) {
    uint32_t size = file_size(h->svg);
    char *text = malloc((size_t)size + 1);
    FILE *file = fopen(h->svg, "rb");
    if (!text || !file || fread(text, 1, size, file) != size)
        die(h->svg, "cannot be read");
    fclose(file);
    text[size] = 0;
    return add(h, (object){STRING, text, size, 0});
}

static void write_png(host *h, uint32_t number) {
    const object *png = object_at(h, number);
    FILE *file = fopen(h->png, "wb");
    if (!file || fwrite(png->bytes, 1, png->size, file) != png->size || fclose(file) != 0)
        die(h->png, "cannot be written");
    printf("%u bytes of PNG\n", (unsigned)png->size);
    drop(h, number);
}

static void render(void *argument) {
    host *h = argument;
    uint32_t place = room(h), image, picture, png;
    resvg_resvg_new(h->r, place, read_svg(h), 0, 0, 0); /* it drops the text */
    if (!take_result(h, place, &image))
        return;
    printf("%g x %g\n", resvg_resvg_width(h->r, image), resvg_resvg_height(h->r, image));
    place = room(h);
    resvg_resvg_render(h->r, place, image);
    if (take_result(h, place, &picture)) {
        place = room(h);
        resvg_renderedimage_asPng(h->r, place, picture);
        if (take_result(h, place, &png))
            write_png(h, png);
        resvg___wbg_renderedimage_free(h->r, picture);
    }
    resvg___wbg_resvg_free(h->r, image);
}

int main(int argc, char **argv) {
    static host h;
    resvg_imports imports = {.context_wbg = &h};
    wasmelt_error error;
    check_instance(resvg_instantiate(&imports, &h.r, &error), &error);
    for (int k = 1; k + 1 < argc; k += 2) {
        h.svg = argv[k];
        h.png = argv[k + 1];
        run(render, &h);
        for (int o = 0; o < OBJECTS; o++)
            if (h.objects[o].kind != FREE)
                die(h.svg, "objects are left over");
    }
    resvg_instance_free(h.r);
    return end();
}
