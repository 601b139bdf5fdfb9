"""Modules in the process that gdb has stopped: from gdb's frames to functions of modules, their locals, globals and memory.

What is known of a module is in the table wasmelt_debug_module_functions of the code that was translated from it
(include/wasmelt/code/debug.h)."""
import hashlib
import os
import re
from collections import namedtuple

import gdb

from wasmelt_gdb import GuestError, careful, lines, scopes
from wasmelt_gdb.binary import Module, plain
from wasmelt_gdb.dwarf import Block
from wasmelt_gdb.places import OptimizedOut, Place, evaluate
from wasmelt_gdb.types import Type
from wasmelt_gdb.values import Value

TABLE = 'wasmelt_debug_module_functions'
VERSION = 2
MOST_STRINGS = 1 << 26

Function = namedtuple('Function', 'name index offset')


class GuestModule:
    """A module of the process, and its debug information."""

    def __init__(self, table, objfile):
        self.name = table['name'].string()
        self.objfile = objfile
        self.recorded = table['file'].string() if int(table['file']) else ''
        self.start, self.size, self.digest = int(table['start']), int(table['size']), table['digest'].string()
        self.functions = _functions(table)
        self.chosen = None  # the file that the user named
        self._index = self._problem = None

    def candidates(self):
        """Where the module's file may be, best first."""
        if self.chosen:
            return [self.chosen]
        base = os.path.basename(self.recorded) or f'{self.name}.wasm'
        return [p for p in (self.recorded, os.path.join(os.path.dirname(self.objfile.filename or ''), base), base) if p]

    def index(self):
        """Its debug information. Raises GuestError if it cannot be had."""
        if self._problem:
            raise GuestError(self._problem)
        if self._index is None:
            try:
                self._index = self._read()
            except GuestError as error:
                self._problem = str(error)
                raise
        return self._index

    def choose(self, path):
        self.chosen, self._index, self._problem = path, None, None

    def _read(self):
        other = None
        for path in self.candidates():
            try:
                with open(path, 'rb') as file:
                    file.seek(self.start)
                    data = file.read(self.size)
            except OSError:
                continue
            if hashlib.sha256(data).hexdigest() != self.digest:
                other = path
                continue
            module = Module(data)
            if not module.section('.debug_info'):
                raise GuestError(f'{path} has no debug information (.debug_info)')
            return scopes.Index(module)
        if other:
            raise GuestError(f'{other} is not the module that "{self.name}" was translated from: it has changed')
        raise GuestError(f'{self.candidates()[0]}, the module that "{self.name}" was translated from, is not there: '
                         'name it with `guest module FILE`')


def _functions(table):
    """The functions of a module by their names in C."""
    count, first = int(table['count']), table['funcs']
    if not count:
        return {}
    size = first.dereference().type.sizeof
    raw = bytes(gdb.selected_inferior().read_memory(int(first), count * size))
    width = gdb.lookup_type('void').pointer().sizeof
    rows = []
    for at in range(0, len(raw), size):
        numbers = [int.from_bytes(raw[at + k * width:at + (k + 1) * width], 'little') for k in range(2)]
        rest = [int.from_bytes(raw[at + 2 * width + 4 * k:at + 2 * width + 4 * k + 4], 'little') for k in range(2)]
        rows.append((*numbers, *rest))
    text = _Strings([pointer for row in rows for pointer in row[:2] if pointer])
    return {text.at(symbol): Function(text.at(name) if name else '', index, offset) for symbol, name, index, offset in rows}


class _Strings:
    """Strings of the process, which stand close together: they are read at once."""

    def __init__(self, pointers):
        self.low, high = min(pointers), max(pointers)
        try:
            self.data = bytes(gdb.selected_inferior().read_memory(self.low, high - self.low)) if high - self.low < MOST_STRINGS else b''
        except gdb.MemoryError:
            self.data = b''

    def at(self, pointer):
        end = self.data.find(b'\0', pointer - self.low)
        if end < 0:
            return plain(gdb.Value(pointer).cast(gdb.lookup_type('char').pointer()).string('utf-8', 'surrogateescape').encode('utf-8', 'surrogateescape'))
        return plain(self.data[pointer - self.low:end])


# ---- Modules ----

_modules = {}


def forget(_event=None):
    """The program has changed, or runs anew."""
    _modules.clear()


def modules():
    """All modules of the process, in pairs with the table's symbol. Those of a program that has ended may not be readable."""
    found = []
    for symbol in gdb.lookup_static_symbols(TABLE):
        table = symbol.value()
        address = int(table.address)
        if address not in _modules:
            try:
                if int(table['version']) != VERSION:
                    continue
                _modules[address] = GuestModule(table, symbol.symtab.objfile)
            except gdb.MemoryError:
                continue
        found.append((_modules[address], symbol))
    return found


def _has_symbol(name):
    try:
        gdb.parse_and_eval(f'&{name}')
        return True
    except gdb.error:
        return False


NOT_RUN = 'The program is not being run.'


def why_none():
    """Why modules() is empty, and what to do about it."""
    program = gdb.current_progspace().filename
    for symbol in gdb.lookup_static_symbols(TABLE):
        if int(symbol.value()['version']) != VERSION:
            return (f'{symbol.symtab.objfile.filename} was translated by another version of wasmelt than this extension is for: '
                    'translate it again.')
        return NOT_RUN
    if _has_symbol(TABLE):
        return ('The debug information of the module has been removed (by `strip -g` or the like): name the file as it was before '
                'with `symbol-file FILE`.')
    if not program:
        return 'No program is loaded: name it with `file FILE`.'
    if not _has_symbol('main'):
        return (f'{program} has no symbols, because it was translated without `wasmelt -g`, or because they have been removed (by `strip` '
                'or the like): then name the file as it was before with `symbol-file FILE`.')
    later = '' if gdb.selected_inferior().pid else ' Shared objects are loaded once the program runs.'
    return f'No WebAssembly module that was translated with `wasmelt -g` is loaded.{later}'


def _block_of(symbol):
    block = symbol.symtab.static_block()
    return block.start, block.end


def _locate(frame):
    """The module and the function of one of gdb's frames, or (None, None)."""
    try:
        function = frame.function()
        name = function.name if function else frame.name()
    except gdb.error:
        return None, None
    if not name or not function:
        return None, None
    name = name.split('.')[0]
    own = _block_of(function)
    candidates = sorted(modules(), key=lambda pair: _block_of(pair[1]) != own)
    for module, symbol in candidates:
        if symbol.symtab.objfile.filename != function.symtab.objfile.filename:
            continue
        found = module.functions.get(name) or (module.functions.get(name[:-5]) if name.endswith('_tail') else None)
        if found:
            return module, found
    return None, None


# ---- Memory ----

class Memory:
    """The first linear memory of an instance."""

    def __init__(self, instance, module):
        self.instance, self.module = instance, module
        self.base, self.size = None, None
        if instance is None:
            return
        try:
            memory = instance['memory0']
            self.base, self.size = int(memory['base']), int(memory['size'])
        except (gdb.error, gdb.MemoryError, RuntimeError):
            pass

    def read(self, address, size):
        if self.base is None:
            raise GuestError('<the memory of the module is not known here>')
        if address + size > self.size:
            raise GuestError(f'<error: Cannot access guest memory at address 0x{address:x}>')
        try:
            return bytes(gdb.selected_inferior().read_memory(self.base + address, size)) if size else b''
        except gdb.MemoryError:
            raise GuestError(f'<error: Cannot access guest memory at address 0x{address:x}>') from None

    memory = read  # as places.evaluate calls it

    def function_name(self, index):
        """The name of the function with this index in the first table, or None."""
        try:
            table = self.instance['table0']
            if index >= int(table['size']):
                return None
            block = gdb.block_for_pc(int(table['entries'][index]['code']))
            found = self.module.functions.get(block.function.name) if block and block.function else None
            return found.name if found else None
        except (gdb.error, gdb.MemoryError, RuntimeError, TypeError):
            pass
        return None


# ---- Frames ----

def demangled(name):
    """A name of C++ or Rust as the source has it. The name is the module's: nothing but one that can be mangled becomes part of a
    command."""
    mangled = re.fullmatch(r'_{1,3}([ZR])[A-Za-z0-9_.$]+', name)
    if not mangled:
        return name
    try:
        text = gdb.execute(f'demangle -l {"c++" if mangled[1] == "Z" else "rust"} -- {name}', to_string=True).strip()
    except gdb.error:  # it cannot
        return name
    return re.sub(r'::h[0-9a-f]{16}$', '', text)


class GuestFrame:
    """A call of a function of a module. `levels`: the function, and what its compiler has inlined there, innermost first."""

    def __init__(self, frame, module, function):
        self.frame, self.module, self.function = frame, module, function
        self._memory = self._variables = None
        self.entry, self.runs, self.levels, self.problem = None, [], [], None
        self.at_start = self.before_frame = False
        try:
            with careful():
                self._find_code()
        except GuestError as error:
            self.problem, self.levels = str(error), []

    def _find_code(self):
        """Finds the entry of the function, and which of its code is executed: of the native code only the source line is
        known, so that is the code of this line."""
        index = self.module.index()
        body = index.body_at(self.function.offset)
        self.entry = index.function(body) if body else None
        if self.entry is None:
            raise GuestError(f'function {self.name()} has no debug information')
        runs = lines.runs(index.rows(self.entry.unit), *body)
        sal = self.frame.find_sal()
        path = sal.symtab.filename if sal.symtab else ''
        chosen = [r for r in runs if r.line == sal.line and os.path.basename(r.path) == os.path.basename(path)]
        if any(r.path == path for r in chosen):
            chosen = [r for r in chosen if r.path == path]
        self.runs = self._choose(chosen, sal)
        if not self.runs:  # its line tables may have been left out: debug/fit.h
            raise GuestError(f'function {self.name()} has no source line here')
        self.levels = scopes.levels(self.entry, self.runs)
        later = any(r.after_prologue for r in runs if r.start > self.runs[0].start)
        self.before_frame = bool(len(self.runs) == 1 and runs and self.runs[0] == runs[0] and not runs[0].after_prologue and later)

    def _choose(self, chosen, sal):
        """Of several places with the same line, those that the frame may be at: native code is in the order of the module's
        unless the C compiler has moved it."""
        pc = self.frame.pc()
        newer = self.frame.newer()
        is_call = newer is not None and newer.type() == gdb.NORMAL_FRAME and self.frame.type() == gdb.NORMAL_FRAME
        function = self.frame.function()
        block = gdb.block_for_pc(pc - 1 if is_call else pc)
        while block is not None and block.function is None:
            block = block.superblock
        if block is None or block.function != function or not sal.symtab:
            return chosen
        native, inside, before = [], None, 0
        for item in sorted(sal.symtab.linetable(), key=lambda i: i.pc):
            if not block.start <= item.pc < block.end:
                continue
            if item.line == sal.line and before != sal.line:
                native.append(item.pc)
            before = item.line
        for k, start in enumerate(native):
            if start <= (pc - 1 if is_call else pc):
                inside = k
        self.at_start = not is_call and inside is not None and native[inside] == pc
        return [chosen[inside]] if inside is not None and len(native) == len(chosen) else chosen

    def name(self):
        """The function's name for the user."""
        return self.entry.full_name() if self.entry is not None else demangled(self.function.name) or f'function {self.function.index}'

    def __eq__(self, other):
        return isinstance(other, GuestFrame) and self.frame == other.frame

    # ---- What variables are in ----

    def symbols(self):
        """The frame's variables in C by the number of the local of WebAssembly that they hold."""
        if self._variables is None:
            self._variables = {}
            block = self.frame.block()
            while block is not None:
                for symbol in block:
                    match = re.match(r'[pl](\d+)(_|$)', symbol.name or '')
                    if match and (symbol.is_variable or symbol.is_argument):
                        self._variables.setdefault(int(match[1]), symbol)
                if block.function is not None:
                    break
                block = block.superblock
        return self._variables

    def instance(self):
        """The instance that the frame runs in; if it is not known here, that of a call around it."""
        frame = self.frame
        for _ in range(50):
            if frame is None:
                return None
            module, _function = (self.module, None) if frame == self.frame else _locate(frame)
            if module is self.module:
                found = _instance_in(frame)
                if found is not None:
                    return found
            frame = frame.older()
        return None

    def memory(self, *where):
        """The memory; with an address and a size: these bytes of it."""
        if self._memory is None:
            self._memory = Memory(self.instance(), self.module)
        return self._memory.read(*where) if where else self._memory

    def local(self, index):
        symbol = self.symbols().get(index)
        if symbol is None:
            raise OptimizedOut
        try:
            return _raw(self.frame.read_var(symbol, self.frame.block()))
        except (ValueError, gdb.error):
            raise OptimizedOut from None

    def global_(self, index):
        instance = self.memory().instance
        for field in instance.dereference().type.fields() if instance is not None else []:
            if re.match(rf'g{index}(_|$)', field.name or ''):
                value = instance[field]
                return _raw(value.dereference() if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR else value)
        raise OptimizedOut

    def frame_base(self):
        if self.before_frame:
            raise GuestError('<not set up yet: the function has just been entered>')
        code = self.entry.get('frame_base')
        if not isinstance(code, Block):
            raise OptimizedOut
        place = evaluate(bytes(code), self, self.entry.unit, self.entry.unit.address_size)
        return int.from_bytes(place.data[:8], 'little') if place.data is not None else place.address

    # ---- Variables ----

    def value_of(self, entry):
        """The value of the variable with this entry."""
        with careful():
            return self._value_of(entry)

    def _value_of(self, entry):
        type_ = Type(entry.type(), self.entry.unit.address_size)
        fixed = scopes.constant(entry)
        if fixed is not None and entry.inherited('location') is None:
            data = bytes(fixed) if isinstance(fixed, Block) else (fixed & (1 << 128) - 1).to_bytes(16, 'little')
            return Value(type_, self.memory(), Place(data=data))
        code = scopes.expression(entry, self.runs, self.at_start)
        return Value(type_, self.memory(), evaluate(code, self, entry.unit, type_.size))


def _instance_in(frame):
    """The instance by the variables of a frame, or None. Functions that may be called by reference get it as a `void *`, and
    `self` has a value only after their first statement."""
    found = type_ = None
    for name in ('self', 'instance'):
        try:
            value = frame.read_var(name)
        except ValueError:
            continue
        target = value.type.strip_typedefs().target().strip_typedefs()
        type_ = value.type if target.code == gdb.TYPE_CODE_STRUCT else type_
        if type_ is not None and not value.is_optimized_out:
            found = value.cast(type_)
    return found


def _raw(value):
    """A number of gdb as an item of DWARF's stack: integers as numbers, others as their bytes."""
    if value.is_optimized_out:
        raise OptimizedOut
    kind = value.type.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_BOOL, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_ENUM):
        return int(value) & ((1 << 64) - 1)
    if kind.code == gdb.TYPE_CODE_FLT:
        import struct
        return struct.pack('<f' if kind.sizeof == 4 else '<d', float(value))
    if value.address is None:
        raise OptimizedOut
    return bytes(gdb.selected_inferior().read_memory(int(value.address), kind.sizeof))


class Scope:
    """Names as they are seen from a level of a frame (expressions.py)."""

    def __init__(self, guest, level):
        self.guest, self.level = guest, level
        if guest.problem:
            raise GuestError(guest.problem)

    def memory(self):
        return self.guest.memory()

    def variable(self, name):
        entry = self.level.find(name)
        if entry is None:
            this = self._this_with(name)
            if this is not None:
                return self.guest.value_of(this).dereference().member(name)
            entry = self._global('variables', name)
        return self.guest.value_of(entry) if entry is not None else None

    def _this_with(self, name):
        """The entry of `this`, if the function is a method of objects that have a member with this name."""
        this = self.level.find('this')
        if this is None or not Type(this.type()).bare().target().has_member(name):
            return None
        return this

    def _global(self, kind, name):
        index, unit = self.guest.module.index(), self.guest.entry.unit
        parts = self.guest.entry.full_name().split('::')[:-1]
        for depth in range(len(parts), -1, -1):  # the namespaces around the function
            found = index.search(kind, '::'.join([*parts[:depth], name]), unit)
            if found:
                return found[0]
        return None

    def type(self, name):
        entry = self._global('types', name)
        return Type(entry) if entry is not None else None


# ---- Which frame ----

def guest_frame(frame):
    """The call of a module's function that one of gdb's frames is, or None."""
    module, function = _locate(frame)
    return GuestFrame(frame, module, function) if function else None


def frames_from(frame):
    """The module's calls from a frame of gdb outwards."""
    while frame is not None:
        found = guest_frame(frame)
        if found is not None:
            yield found
        frame = frame.older()
