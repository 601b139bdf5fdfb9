// A library in WebAssembly, from Go by cgo:
//
//	clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
//	wasmelt codec.wasm --emit=lib
//	CGO_CFLAGS="-I$PWD $(pkg-config --cflags wasmelt)" CGO_LDFLAGS="-L$PWD -lcodec $(pkg-config --libs wasmelt)" go build codec.go
//	./codec
//
// The thread that runs a guest is one of Go's with its stack; Go's handler of SIGSEGV gets the faults that are not the guest's.
package main

/*
#include <stdlib.h>
#include <string.h>
#include "codec.h"

typedef struct job {
    codec *instance;
    const char *bytes;
    uint32_t size, from, packed, packed_size;
} job;

// Runs inside wasmelt_run: no function of Go may be called here, because a trap drops all frames.
static void encode(void *argument) {
    job *j = argument;
    uint32_t from = codec_allocate(j->instance, j->size);
    j->packed = codec_allocate(j->instance, 2 * j->size);
    void *place = wasmelt_memory_at(codec_memory(j->instance), from, j->size);
    if (from == 0 || j->packed == 0 || !place)
        wasmelt_trap_raise(WASMELT_TRAP_HOST);
    memcpy(place, j->bytes, j->size);
    j->packed_size = codec_encode(j->instance, from + j->from, j->size, j->packed);
}

static wasmelt_trap_code run_encode(job *j) {
    wasmelt_trap trap;
    return wasmelt_run(encode, j, &trap);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// encode packs data; shift is added to the address that the guest reads from.
func encode(data []byte, shift uint32) ([]byte, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var failure C.wasmelt_error
	job := (*C.job)(C.calloc(1, C.sizeof_job))
	defer C.free(unsafe.Pointer(job))
	if C.codec_instantiate(&job.instance, &failure) != C.WASMELT_OK {
		return nil, errors.New(C.GoString(&failure.message[0]))
	}
	defer C.codec_instance_free(job.instance)
	bytes := C.CBytes(data)
	defer C.free(bytes)
	job.bytes, job.size, job.from = (*C.char)(bytes), C.uint32_t(len(data)), C.uint32_t(shift)
	if code := C.run_encode(job); code != C.WASMELT_TRAP_NONE {
		return nil, errors.New(C.GoString(C.wasmelt_trap_message(code)))
	}
	packed := C.wasmelt_memory_at(C.codec_memory(job.instance), C.uint64_t(job.packed), C.uint64_t(job.packed_size))
	return C.GoBytes(packed, C.int(job.packed_size)), nil
}

func main() {
	fmt.Println(encode([]byte("aaaaaaaabbbbccd"), 0))
	fmt.Println(encode([]byte("far away"), 0x7FFFFFFF))
	fmt.Println(encode([]byte("goes on"), 0))
	defer func() { fmt.Println("Go's own fault:", recover()) }()
	fmt.Println(*(*int)(nil))
}
