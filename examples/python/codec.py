"""A library in WebAssembly, from Python, by ctypes alone:

    clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
    wasmelt codec.wasm --emit=ffi
    python3 codec.py

codec_ffi.h, which stands beside codec.so then, declares the functions that are called here.
"""
import ctypes
import os
from ctypes import byref, c_char_p, c_uint32, c_uint64, c_void_p

library = ctypes.CDLL(os.path.abspath('codec.so'))
library.codec_instance_new.restype = library.codec_memory.restype = c_void_p
library.wasmelt_ffi_error.restype = c_char_p


class Trap(Exception):
    pass


class Codec:
    def __init__(self):
        self.guest = c_void_p(library.codec_instance_new())
        self.check(library.codec_instantiate(self.guest))

    def __del__(self):
        library.codec_instance_free(self.guest)

    def check(self, status):
        if status != 0:
            raise Trap(library.wasmelt_ffi_error(self.guest).decode())

    def call(self, function, *arguments):
        """Calls a function whose result is an i32."""
        result = c_uint32()
        self.check(function(self.guest, *map(c_uint32, arguments), byref(result)))
        return result.value

    def memory(self):
        """All of the memory, without a copy; after it has grown, this has to be called again."""
        size = c_uint64()
        base = library.codec_memory(self.guest, byref(size))
        return memoryview((ctypes.c_uint8 * size.value).from_address(base)).cast('B')

    def encode(self, data):
        self.check(library.codec_reset(self.guest))
        source, goal = self.call(library.codec_allocate, len(data)), self.call(library.codec_allocate, 2 * len(data))
        self.memory()[source:source + len(data)] = data
        size = self.call(library.codec_encode, source, len(data), goal)
        return bytes(self.memory()[goal:goal + size])


codec = Codec()
print(codec.encode(b'aaaaaaaabbbbccd'))
try:
    codec.call(library.codec_encode, 0x7FFFFFFF, 1, 0)
except Trap as trap:
    print('trap:', trap)
print(codec.encode(b'goes on'))
