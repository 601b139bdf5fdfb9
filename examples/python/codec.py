"""A library in WebAssembly, from Python:

    clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry ../library/codec.c -o codec.wasm
    wasmelt codec.wasm --emit=ffi
    python3 codec.py
"""
import os

from guest import Error, Guest

codec = Guest(os.path.abspath('codec.so'), 'codec')
codec.start()


def encode(data):
    codec.call('reset')
    source, goal = codec.call('allocate', len(data)), codec.call('allocate', 2 * len(data))
    codec.memory()[source:source + len(data)] = data
    size = codec.call('encode', source, len(data), goal)
    return bytes(codec.memory()[goal:goal + size])


print(encode(b'aaaaaaaabbbbccd'))
try:
    codec.call('encode', 0x7FFFFFFF, 1, 0)
except Error as error:
    print('trap:', error)
print(encode(b'goes on'))
