"""Which functions and variables there are: by address, and by name."""
from wasmelt_gdb import GuestError, lines
from wasmelt_gdb.dwarf import Block, Dwarf
from wasmelt_gdb.places import OptimizedOut

NAMED_SCOPES = ('namespace', 'structure_type', 'class_type', 'union_type', 'enumeration_type')
TYPE_TAGS = ('base_type', 'structure_type', 'class_type', 'union_type', 'enumeration_type', 'typedef')


class Names:
    """The variables and types of a unit that are not in functions, by name: the whole one and its last part."""

    def __init__(self, unit):
        self.variables, self.types, self.functions = {}, {}, []
        self._walk(unit.whole())

    def _walk(self, root):
        stack = [root]
        while stack:
            entry = stack.pop()
            for child in entry.children:
                if child.tag in NAMED_SCOPES:
                    stack.append(child)
                if child.tag == 'subprogram':
                    stack.append(child)  # types can be in it; its variables are found by address
                    self.functions.append(child)
                elif child.tag in TYPE_TAGS and child.name and not child.get('declaration'):
                    self._add(self.types, child)
                elif child.tag == 'variable' and 'location' in child.attributes and entry.tag != 'subprogram':
                    self._add(self.variables, child)

    @staticmethod
    def _add(table, entry):
        for name in {entry.name, entry.full_name()}:
            if name:
                table.setdefault(name, []).append(entry)


class Index:
    """The debug information of a module, by name and address."""

    def __init__(self, module):
        self.module, self.dwarf = module, Dwarf(module)
        self.dwarf.index = self
        self._names, self._rows, self._functions, self._definitions = {}, {}, {}, {}

    def names(self, unit):
        if unit.start not in self._names:
            self._names[unit.start] = Names(unit)
        return self._names[unit.start]

    def rows(self, unit):
        if unit.start not in self._rows:
            self._rows[unit.start] = lines.rows_of(unit)
        return self._rows[unit.start]

    def body_at(self, offset):
        """The body, as addresses, that begins at this offset of the module."""
        for start, end in self.module.bodies:
            if start == offset - self.module.code_start:
                return start, end
        return None

    def function(self, body):
        """The entry of the function with this body, or None."""
        if body not in self._functions:
            self._functions[body] = self._find_function(body)
        return self._functions[body]

    def _find_function(self, body):
        start, end = body
        for unit in self.dwarf.units_with(start):
            for entry in self.names(unit).functions:
                ranges = entry.ranges()
                # Some compilers let a function begin at the size that stands before its body.
                if any(low != 0 and start - 5 <= low < end and high > start for low, high in ranges):
                    return entry
        return None

    def search(self, kind, name, unit=None):
        """The entries with this name, of `variables` or `types`: those of the given unit, else of all."""
        if unit is not None:
            found = getattr(self.names(unit), kind).get(name)
            if found:
                return found
        for other in self.dwarf.units:
            found = getattr(self.names(other), kind).get(name)
            if found:
                return found
        return []

    def definition(self, entry):
        """The definition of a type that is only declared at `entry`."""
        key = entry.full_name()
        if key not in self._definitions:
            found = [e for e in self.search('types', key, entry.unit) if e.tag == entry.tag or {e.tag, entry.tag} <= {
                'structure_type', 'class_type'}]
            self._definitions[key] = found[0] if found else None
        return self._definitions[key]


class Level:
    """A function, or one that the module's compiler has inlined, with the blocks that are open in it, innermost first."""

    def __init__(self, entry):
        self.entry, self.blocks = entry, [entry]

    @property
    def name(self):
        return self.entry.full_name()

    def arguments(self):
        return [c for c in self.entry.children if c.tag == 'formal_parameter' and c.name]

    def locals(self):
        """Variables by block, innermost first; in the order in which they are declared."""
        return [c for block in self.blocks for c in block.children if c.tag == 'variable' and c.name]

    def find(self, name):
        for block in self.blocks:
            for child in reversed(block.children):
                if child.tag in ('variable', 'formal_parameter') and child.name == name:
                    return child
        return None


def _overlap(entry, runs):
    ranges = entry.ranges()
    return sum(max(0, min(high, run.end) - max(low, run.start)) for low, high in ranges for run in runs)


def levels(function, runs):
    """The function and what is inlined where the code of these runs is, innermost first."""
    found = [Level(function)]
    entry, total = function, sum(run.end - run.start for run in runs)
    while True:
        inside = [(_overlap(c, runs), c) for c in entry.children if c.tag in ('lexical_block', 'inlined_subroutine')]
        inside = [pair for pair in inside if pair[0] > 0]
        if not inside:
            return found
        most, entry = max(inside, key=lambda pair: pair[0])
        if 2 * most < total and entry.tag == 'inlined_subroutine':
            return found
        if entry.tag == 'inlined_subroutine':
            found.insert(0, Level(entry))
        else:
            found[0].blocks.insert(0, entry)


def expression(entry, runs, at_start):
    """The expression of DWARF that says where a variable is while the code of these runs is executed. at_start: its first
    instruction is next."""
    where = entry.inherited('location') if 'location' not in entry.attributes else entry.get('location')
    if isinstance(where, Block):
        return where
    if where is None:
        raise OptimizedOut
    places = _settled(entry.unit.locations(where))
    chosen = {_one(places, run, at_start) for run in runs}
    if len(chosen) != 1 or None in chosen:
        raise OptimizedOut
    return chosen.pop()


STACK, LOCAL = b'\xed\2', b'\xed\0'  # DW_OP_WASM_location: on the operand stack; in a local


def _settled(places):
    """A value on the operand stack that goes to a local next is in the local already: the C has no operand stack, and
    assigns where the value is computed."""
    found = []
    for low, high, code in places:
        code = bytes(code)
        if found and found[-1][1] == low and low is not None and found[-1][2].startswith(STACK) and code.startswith(LOCAL):
            found[-1] = (found[-1][0], high, code)
        else:
            found.append((low, high, code))
    return found


def _one(places, run, at_start):
    default = None
    for low, high, code in places:
        if low is None:
            default = code
        elif low <= run.start < high:
            # Where in the line the code is is not known, so there must not be another place further on.
            others = {c for a, b, c in places if a is not None and a < run.end and run.start < b}
            return code if at_start or others == {code} else None
    return default




def constant(entry):
    """The value of a variable that is a constant: its bytes, or a number; None if it is not."""
    value = entry.inherited('const_value')
    if value is None or isinstance(value, (int, Block)):
        return value
    raise GuestError('the debug information of the constant makes no sense')
