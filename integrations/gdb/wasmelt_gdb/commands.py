"""gdb's commands `guest ...`, the function $guest, and guest names in backtraces."""
import itertools
import os

import gdb
from gdb.FrameDecorator import FrameDecorator

from wasmelt_gdb import GuestError, careful, process
from wasmelt_gdb.expressions import value_of
from wasmelt_gdb.lines import paths_of
from wasmelt_gdb.places import OptimizedOut
from wasmelt_gdb.show import show, show_top

_chosen = None  # (frame of gdb, depth among the inlined calls in it)


def _running():
    """There are frames, and modules of which they may be; a GuestError says what is missing."""
    if not process.modules():
        raise GuestError(process.why_none())
    if gdb.selected_thread() is None:
        raise GuestError(process.NOT_RUN)


NONE_ACTIVE = 'No function of a WebAssembly module is active.'


def _selected():
    """The selected call of a module's function, and its level."""
    _running()
    frame = gdb.selected_frame()
    guest = process.guest_frame(frame)
    if guest is None:
        any_active = next(_calls(gdb.newest_frame()), None)
        raise GuestError('The selected frame is no function of a WebAssembly module: try `guest up`.' if any_active else NONE_ACTIVE)
    if guest.problem:
        raise GuestError(guest.problem[:1].upper() + guest.problem[1:] + '.')
    depth = _chosen[1] if _chosen and _chosen[0] == frame and _chosen[1] < len(guest.levels) else 0
    return guest, guest.levels[depth]


def _text(guest, entry, top=False):
    try:
        value = guest.value_of(entry)
        return show_top(value) if top else show(value)
    except GuestError as error:
        text = str(error)
        return text if text.startswith('<') else f'<{text}>'


class Command(gdb.Command):
    """A command whose errors are gdb's."""

    def __init__(self):
        super().__init__(self.NAME, self.KIND, getattr(self, 'COMPLETION', gdb.COMPLETE_NONE))

    def invoke(self, argument, from_tty):
        try:
            with careful():
                self.run(argument.strip())
        except (GuestError, gdb.error) as error:
            raise gdb.GdbError(str(error)) from None


class Guest(gdb.Command):
    """Show variables and calls of WebAssembly modules that were translated with `wasmelt -g`."""

    def __init__(self):
        super().__init__('guest', gdb.COMMAND_DATA, gdb.COMPLETE_NONE, True)


def _list(guest, entries, none):
    for entry in entries:
        print(f'{entry.name} = {_text(guest, entry, True)}')
    if not entries:
        print(none)


class Locals(Command):
    """Show the local variables of the selected function of a module.
Variables of inner blocks come first, as with `info locals`."""
    NAME, KIND = 'guest locals', gdb.COMMAND_STACK

    def run(self, _argument):
        guest, level = _selected()
        _list(guest, level.locals(), 'No locals.')


class Arguments(Command):
    """Show the arguments of the selected function of a module."""
    NAME, KIND = 'guest args', gdb.COMMAND_STACK

    def run(self, _argument):
        guest, level = _selected()
        _list(guest, level.arguments(), 'No arguments.')


class Print(Command):
    """Print the value of an expression with the names of a module's source.
Usage: guest print EXPRESSION

The expression is as in C, whatever the language: p->next[3].x, *this, values[0] + 2, (unsigned char)c, *values@3, ns::total."""
    NAME, KIND, COMPLETION = 'guest print', gdb.COMMAND_DATA, gdb.COMPLETE_SYMBOL

    def run(self, argument):
        guest, level = _selected()
        try:
            print(show_top(value_of(argument, process.Scope(guest, level))))
        except OptimizedOut:
            print('<optimized out>')


class WhatIs(Command):
    """Print the type of an expression with the names of a module's source.
Usage: guest whatis EXPRESSION"""
    NAME, KIND = 'guest whatis', gdb.COMMAND_DATA

    def run(self, argument):
        guest, level = _selected()
        print(f'type = {value_of(argument, process.Scope(guest, level)).type.name()}')


# ---- Calls ----

def _calls(frame):
    """The module's calls from a frame of gdb outwards, inlined ones too: (guest frame, depth, line)."""
    for guest in process.frames_from(frame):
        for depth, place in _places(guest):
            yield guest, depth, place


def _places(guest):
    """The calls that one frame of gdb is, innermost first: (depth, (path, line) or None)."""
    sal = guest.frame.find_sal()
    place = (sal.symtab.filename, sal.line) if sal.symtab else None
    for depth, level in enumerate(guest.levels or [None]):
        yield depth, place
        if level and isinstance(level.entry.get('call_line'), int):
            paths, file = paths_of(level.entry.unit), level.entry.get('call_file')
            place = (paths[file] if isinstance(file, int) and file < len(paths) else '', level.entry.get('call_line'))


def _describe(number, guest, depth, place):
    if not guest.levels:
        name, arguments = guest.name(), ''
    else:
        level = guest.levels[depth]
        name = level.name
        arguments = ', '.join(f'{e.name}={_text(guest, e)}' for e in level.arguments())
    where = f' at {place[0]}:{place[1]}' if place else ''
    return f'#{number:<3}{name} ({arguments}){where}'


class Backtrace(Command):
    """Show the calls of functions of modules, innermost first, with those that the module's compiler has inlined.
Usage: guest backtrace [COUNT]"""
    NAME, KIND = 'guest backtrace', gdb.COMMAND_STACK

    def run(self, argument):
        try:
            count = int(argument) if argument else None
        except ValueError as error:
            raise GuestError(str(error)) from None
        _running()
        number = -1
        for number, (guest, depth, place) in enumerate(_calls(gdb.newest_frame())):
            if number == count:
                print('(More calls follow...)')
                return
            print(_describe(number, guest, depth, place))
        if number < 0:
            print(NONE_ACTIVE)


def _select(number):
    """Selects a call by its number in the backtrace."""
    global _chosen
    _running()
    found = next(itertools.islice(_calls(gdb.newest_frame()), number, None), None) if number >= 0 else None
    if found is None:
        return False
    guest, depth, place = found
    guest.frame.select()
    _chosen = guest.frame, depth
    print(_describe(number, guest, depth, place))
    return True


def _current_number():
    """The number of the selected call, and whether it is selected itself, not something that it has called."""
    _running()
    selected = gdb.selected_frame()
    level = selected.level()
    for number, (guest, depth, _) in enumerate(_calls(gdb.newest_frame())):
        if guest.frame.level() > level:
            return number, False
        if guest.frame.level() == level and depth == (_chosen[1] if _chosen and _chosen[0] == selected else 0):
            return number, True
    return None, False


class Up(Command):
    """Select the function of a module that called the selected one.
Usage: guest up [COUNT]"""
    NAME, KIND, STEP = 'guest up', gdb.COMMAND_STACK, 1

    def run(self, argument):
        try:
            count = int(argument) if argument else 1
        except ValueError as error:
            raise GuestError(str(error)) from None
        number, exact = _current_number()
        if number is None or not _select(number + self.STEP * count - (0 if exact or self.STEP < 0 else 1)):
            raise GuestError('There is no such call of a module.')


class Down(Up):
    """Select the function of a module that the selected one has called.
Usage: guest down [COUNT]"""
    NAME, STEP = 'guest down', -1


class Frame(Command):
    """Select a call by its number in `guest backtrace`, or show which is selected.
Usage: guest frame [NUMBER]"""
    NAME, KIND = 'guest frame', gdb.COMMAND_STACK

    def run(self, argument):
        if argument and not argument.isdigit():
            raise GuestError('A number is required.')
        number = int(argument) if argument else _current_number()[0]
        if number is None or not _select(number):
            raise GuestError('There is no such call of a module.')


class ModuleCommand(Command):
    """Show which modules there are and where their debug information is read from, or say where the module's file is.
Usage: guest module [FILE]"""
    NAME, KIND, COMPLETION = 'guest module', gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME

    def run(self, argument):
        found = process.modules()
        if argument:
            path = os.path.expanduser(argument)
            chosen = [m for m, _ in found if _fits(m, path)]
            if not chosen:
                raise GuestError(f'{path} is no module that is loaded.')
            for module in chosen:
                module.choose(os.path.abspath(path))
        for module, _ in found:
            try:
                module.index()
                print(f'{module.name}: {next(p for p in module.candidates() if os.path.exists(p))}')
            except GuestError as error:
                print(f'{module.name}: {error}')
        if not found:
            print(process.why_none())


def _fits(module, path):
    before = module.chosen
    module.choose(os.path.abspath(path))
    try:
        module.index()
        return True
    except GuestError:
        module.choose(before)
        return False


class GuestFunction(gdb.Function):
    """The value of an expression of a module's source: $guest("p->x + 1").
Numbers, characters and pointers become integers and floating-point numbers of gdb; a pointer is the index into the memory."""

    def __init__(self):
        super().__init__('guest')

    def invoke(self, text):
        try:
            guest, level = _selected()
            value = value_of(text.string(), process.Scope(guest, level)).follow_reference()
            number = value.number()
        except (GuestError, gdb.error) as error:
            raise gdb.GdbError(str(error)) from None
        return gdb.Value(number)


# ---- gdb's own backtrace ----

class _Symbol:
    def __init__(self, name, value):
        self._name, self._value = name, value

    def symbol(self):
        return self._name

    def value(self):
        return self._value


class GuestDecorator(FrameDecorator):
    """A call under the name that the source gives to the function, with the source's arguments. Of one frame of gdb there
    are several if the module's compiler has inlined calls."""

    def __init__(self, inner, guest, depth, place):
        super().__init__(inner)
        self.guest, self.depth, self.place = guest, depth, place

    def function(self):
        return self.guest.levels[self.depth].name if self.guest.levels else self.guest.name()

    def filename(self):
        return self.place[0] if self.place else super().filename()

    def line(self):
        return self.place[1] if self.place else super().line()

    def frame_args(self):
        if not self.guest.levels:
            return super().frame_args()
        found = []
        for entry in self.guest.levels[self.depth].arguments():
            try:
                found.append(_Symbol(entry.name, _native(self.guest.value_of(entry))))
            except GuestError:
                found.append(_Symbol(entry.name, gdb.parse_and_eval('(char)0').cast(gdb.lookup_type('char').array(0))))
        return found


def _native(value):
    """A value that gdb prints alike; what is more than a number it prints as `...`."""
    value = value.follow_reference()
    bare, encoding = value.type.bare(), value.type.encoding()
    if bare.is_pointer():
        return gdb.Value(value.number()).cast(gdb.lookup_type('void').pointer())
    if encoding is None or bare.tag == 'enumeration_type':
        raise GuestError('no number')
    if encoding == 'float':
        return gdb.Value(value.number()).cast(gdb.lookup_type('double' if value.type.size == 8 else 'float'))
    if encoding == 'bool':
        return gdb.Value(bool(value.number()))
    if value.type.is_character() and value.type.size == 1:
        return gdb.Value(value.number()).cast(gdb.lookup_type('char'))
    return gdb.Value(value.number())


class GuestFilter:
    """Decorates the frames of modules' functions in gdb's backtraces."""
    name, priority, enabled = 'wasmelt', 50, True

    def __init__(self):
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        return itertools.chain.from_iterable(map(self.decorated, frames))

    @staticmethod
    def decorated(decorator):
        try:
            with careful():
                guest = process.guest_frame(decorator.inferior_frame())
                places = list(_places(guest)) if guest else []
        except (gdb.error, RuntimeError, GuestError):
            places = []
        return [GuestDecorator(decorator, guest, *place) for place in places] or [decorator]


_registered = False


def register():
    """Makes the commands; called again for each program that names the extension."""
    global _registered
    if _registered:
        return
    _registered = True
    for kind in (Guest, Locals, Arguments, Print, WhatIs, Backtrace, Up, Down, Frame, ModuleCommand, GuestFunction, GuestFilter):
        kind()
    gdb.events.exited.connect(process.forget)
    gdb.events.new_objfile.connect(process.forget)
    if hasattr(gdb.events, 'clear_objfiles'):
        gdb.events.clear_objfiles.connect(process.forget)
