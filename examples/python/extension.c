/* A module of Python's own with a library in WebAssembly inside; a wheel of it needs neither a compiler nor an engine
 * where it is used:
 *
 *     clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
 *     wasmelt codec.wasm --emit=lib --cflags=-fPIC
 *     cc -shared -fPIC $(pkg-config --cflags python3) extension.c libcodec.a -Wl,--exclude-libs,ALL \
 *         $(pkg-config --cflags --libs wasmelt) -o packed.so
 *     python3 -c 'import packed; print(packed.encode(b"aaaaaaaabbbbccd"))' */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#include "codec.h"

typedef struct job {
    codec *instance;
    const char *bytes;
    uint32_t size, packed, packed_size;
} job;

/* Runs inside wasmelt_run, so it holds nothing that has to be released: a trap drops its frame. */
static void encode(void *argument) {
    job *j = argument;
    uint32_t from = codec_allocate(j->instance, j->size);
    j->packed = codec_allocate(j->instance, 2 * j->size);
    void *place = wasmelt_memory_at(codec_memory(j->instance), from, j->size);
    if (from == 0 || j->packed == 0 || !place)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    memcpy(place, j->bytes, j->size);
    j->packed_size = codec_encode(j->instance, from, j->size, j->packed);
}

static PyObject *packed_encode(PyObject *self, PyObject *argument) {
    (void)self;
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(argument, &bytes, &size) != 0)
        return NULL;
    if (size > INT32_MAX / 2)
        return PyErr_Format(PyExc_ValueError, "too long");
    job j = {.bytes = bytes, .size = (uint32_t)size};
    wasmelt_error error;
    if (codec_instantiate(&j.instance, &error) != WASMELT_OK)
        return PyErr_Format(PyExc_RuntimeError, "%s", error.message);
    wasmelt_trap trap;
    PyObject *result = NULL;
    if (wasmelt_run(encode, &j, &trap) != WASMELT_TRAP_NONE)
        PyErr_SetString(PyExc_RuntimeError, wasmelt_trap_message(trap.code));
    else
        result = PyBytes_FromStringAndSize(wasmelt_memory_at(codec_memory(j.instance), j.packed, j.packed_size), j.packed_size);
    codec_instance_free(j.instance);
    return result;
}

static PyMethodDef methods[] = {{"encode", packed_encode, METH_O, "Pairs of a count and a byte."}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "packed", "Run-length coding, sandboxed.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_packed(void) {
    return PyModule_Create(&module);
}
