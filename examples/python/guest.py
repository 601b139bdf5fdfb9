"""Any module as a Python object, by ctypes alone, with the names and types of its exports looked up when they are called: for hosts that
do not know the module beforehand. codec.py calls the functions of one that it knows.

    guest = Guest('./codec.so', 'codec')
    guest.start()
    address = guest.call('allocate', 100)
    guest.memory()[address:address + 3] = b'abc'
"""
import ctypes

NUMBERS = {'i': ('i32', ctypes.c_uint32), 'I': ('i64', ctypes.c_uint64), 'f': ('f32', ctypes.c_float), 'F': ('f64', ctypes.c_double)}


class Value(ctypes.Union):
    """wasmelt_value: any value, 16 bytes."""
    _fields_ = [*NUMBERS.values(), ('v128', ctypes.c_uint8 * 16)]


class Error(Exception):
    """A trap, or something that the guest does not have."""


class Exit(Error):
    """The guest has ended itself, with this status."""


def _prepare(library):
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    types = {
        'new': (pointer, [pointer]), 'free': (None, [pointer]), 'error': (text, [pointer]), 'start': (ctypes.c_int, [pointer]),
        'provide': (ctypes.c_int, [pointer, text, text, pointer, pointer]), 'fail': (None, [pointer, text]),
        'call': (ctypes.c_int, [pointer, text, ctypes.POINTER(Value)]), 'signature': (text, [pointer, text]),
        'memory': (pointer, [pointer, text, ctypes.POINTER(ctypes.c_uint64)]), 'exit_status': (ctypes.c_int32, [pointer]),
    }
    for name, (result, arguments) in types.items():
        function = getattr(library, f'wasmelt_ffi_{name}')
        function.restype, function.argtypes = result, arguments


class Guest:
    def __init__(self, path, name):
        self._library = ctypes.CDLL(path)
        _prepare(self._library)
        self._kept = []  # what the guest calls must live as long as it
        self._guest = self._library.wasmelt_ffi_new(ctypes.addressof(ctypes.c_char.in_dll(self._library, f'{name}_module')))
        if not self._guest:
            raise MemoryError

    def __del__(self):
        if getattr(self, '_guest', None):
            self._library.wasmelt_ffi_free(self._guest)

    def _check(self, status):
        if status != 0:
            kind, said = (Exit, self._library.wasmelt_ffi_exit_status(self._guest)) if status == 2 else (Error, self.error())
            raise kind(said)

    def error(self):
        return self._library.wasmelt_ffi_error(self._guest).decode()

    def provide(self, module, name, signature, function):
        """Before start: `function` is what the module imports. `signature` is such as 'if:I': parameters, and no result or one."""
        parameters, results = ([NUMBERS[letter][1] for letter in part] for part in signature.split(':'))

        def called(context, *arguments):
            try:
                return function(*arguments) or 0
            except Exception as error:  # it must not leave this function: the guest is told instead
                self._library.wasmelt_ffi_fail(self._guest, f'{type(error).__name__}: {error}'.encode())
                return 0

        result = results[0] if results else None
        code = ctypes.CFUNCTYPE(result, ctypes.c_void_p, *parameters)(called if results else lambda *arguments: called(*arguments) and None)
        self._kept.append(code)
        self._check(self._library.wasmelt_ffi_provide(self._guest, module.encode(), name.encode(), ctypes.cast(code, ctypes.c_void_p), None))

    def start(self):
        self._check(self._library.wasmelt_ffi_start(self._guest))

    def call(self, name, *arguments):
        """Calls an exported function with numbers; returns its result, a tuple of several, or None."""
        signature = self._library.wasmelt_ffi_signature(self._guest, name.encode())
        if signature is None:
            raise Error(self.error())
        parameters, results = signature.decode().split(':')
        if len(arguments) != len(parameters):
            raise TypeError(f'{name} takes {len(parameters)} arguments')
        values = (Value * max(len(parameters), len(results), 1))()
        for value, letter, argument in zip(values, parameters, arguments):
            setattr(value, NUMBERS[letter][0], argument)
        self._check(self._library.wasmelt_ffi_call(self._guest, name.encode(), values))
        returned = tuple(getattr(value, NUMBERS[letter][0]) for value, letter in zip(values, results))
        return returned if len(returned) > 1 else returned[0] if returned else None

    def memory(self, name='memory'):
        """The guest's memory as it is now, without a copy. After it has grown, this has to be called again to see all of it."""
        size = ctypes.c_uint64()
        base = self._library.wasmelt_ffi_memory(self._guest, name.encode(), ctypes.byref(size))
        if not base:
            raise Error(self.error() or 'the memory is empty')
        return memoryview((ctypes.c_uint8 * size.value).from_address(base)).cast('B')
