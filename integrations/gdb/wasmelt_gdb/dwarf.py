"""DWARF 2 to 5: units, their entries and attributes, ranges of addresses and lists of locations."""
from wasmelt_gdb import GuestError
from wasmelt_gdb.binary import Cursor

TAGS = {
    0x01: 'array_type', 0x02: 'class_type', 0x04: 'enumeration_type', 0x05: 'formal_parameter', 0x08: 'imported_declaration',
    0x0b: 'lexical_block', 0x0d: 'member', 0x0f: 'pointer_type', 0x10: 'reference_type', 0x11: 'compile_unit',
    0x13: 'structure_type', 0x15: 'subroutine_type', 0x16: 'typedef', 0x17: 'union_type', 0x18: 'unspecified_parameters',
    0x19: 'variant', 0x1c: 'inheritance', 0x1d: 'inlined_subroutine', 0x1f: 'ptr_to_member_type', 0x21: 'subrange_type',
    0x24: 'base_type', 0x26: 'const_type', 0x28: 'enumerator', 0x2e: 'subprogram', 0x2f: 'template_type_parameter',
    0x33: 'variant_part', 0x34: 'variable', 0x35: 'volatile_type', 0x37: 'restrict_type', 0x39: 'namespace',
    0x3a: 'imported_module', 0x3b: 'unspecified_type', 0x3c: 'partial_unit', 0x41: 'type_unit', 0x42: 'rvalue_reference_type',
    0x47: 'atomic_type',
}
ATTRIBUTES = {
    0x02: 'location', 0x03: 'name', 0x0b: 'byte_size', 0x0d: 'bit_size', 0x10: 'stmt_list', 0x11: 'low_pc', 0x12: 'high_pc',
    0x13: 'language', 0x15: 'discr', 0x16: 'discr_value', 0x1b: 'comp_dir', 0x1c: 'const_value', 0x1d: 'containing_type',
    0x20: 'inline', 0x22: 'lower_bound', 0x2f: 'upper_bound', 0x31: 'abstract_origin', 0x34: 'artificial', 0x37: 'count',
    0x38: 'data_member_location', 0x3c: 'declaration', 0x3e: 'encoding', 0x3f: 'external', 0x40: 'frame_base',
    0x47: 'specification', 0x49: 'type', 0x4c: 'virtuality', 0x55: 'ranges', 0x58: 'call_file', 0x59: 'call_line', 0x64: 'object_pointer', 0x69: 'signature', 0x6d: 'enum_class',
    0x6b: 'data_bit_offset', 0x6e: 'linkage_name', 0x72: 'str_offsets_base', 0x73: 'addr_base', 0x74: 'rnglists_base', 0x88: 'alignment',
    0x8c: 'loclists_base', 0x2007: 'linkage_name', 0x3a: 'decl_file', 0x3b: 'decl_line', 0x0c: 'bit_offset',
}
REFERENCES = {'type', 'abstract_origin', 'specification', 'containing_type', 'discr', 'object_pointer'}
MOST_DEPTH = 1000


class Block(bytes):
    """An expression, or other bytes, of an attribute."""


class Offset(int):
    """An offset in another section."""


class ListIndex(int):
    """An index into the lists of ranges or locations."""


class AddressIndex(int):
    """An index into the table of addresses."""


class Entry:
    """An entry of debug information. `attributes`: what is written in it, by name."""
    __slots__ = ('unit', 'offset', 'tag', 'attributes', 'parent', 'children')

    def __init__(self, unit, offset, tag, attributes, parent):
        self.unit, self.offset, self.tag, self.attributes, self.parent = unit, offset, tag, attributes, parent
        self.children = []

    def get(self, name, default=None):
        return self.attributes.get(name, default)

    def refer(self, name):
        """The entry that an attribute refers to, or None."""
        offset = self.attributes.get(name)
        return self.unit.dwarf.entry_at(offset) if isinstance(offset, int) else None

    def inherited(self, name):
        """An attribute of this entry or of the one that it completes."""
        entry = self
        for _ in range(8):
            if entry is None:
                return None
            if name in entry.attributes:
                return entry.attributes[name]
            entry = entry.refer('abstract_origin') or entry.refer('specification')
        return None

    def origin(self):
        """The entry that declares what this one is an instance of."""
        entry = self
        for _ in range(8):
            further = entry.refer('abstract_origin') or entry.refer('specification')
            if further is None:
                break
            entry = further
        return entry

    def type(self):
        """The entry of the type, or None for void."""
        entry = self
        for _ in range(8):
            if 'type' in entry.attributes:
                return entry.refer('type')
            entry = entry.refer('abstract_origin') or entry.refer('specification')
            if entry is None:
                break
        return None

    @property
    def name(self):
        return self.inherited('name')

    def full_name(self):
        """With the namespaces and types around it: a::b."""
        names, entry = [], self.origin()
        while entry is not None and entry.tag not in ('compile_unit', 'partial_unit', 'type_unit'):
            if entry.tag in ('namespace', 'structure_type', 'class_type', 'union_type', 'enumeration_type') or not names:
                names.append(entry.name or ('(anonymous namespace)' if entry.tag == 'namespace' else '<anonymous>'))
            entry = entry.parent
        return '::'.join(reversed(names))

    def ranges(self):
        """The addresses of the entry's code: pairs (start, end)."""
        if 'ranges' in self.attributes:
            return self.unit.ranges(self.attributes['ranges'])
        low, high = self.unit.address(self.get('low_pc')), self.get('high_pc')
        if low is None or high is None or low == 0xFFFFFFFF:
            return []
        return [(low, self.unit.address(high) if isinstance(high, (Offset, AddressIndex)) else low + high)]


class Unit:
    """A unit of .debug_info; its entries are read when they are needed."""

    def __init__(self, dwarf, start, end, c, offset_size):
        self.dwarf, self.start, self.end, self.offset_size = dwarf, start, end, offset_size
        self.version = c.fixed(2)
        kind = 1
        if self.version >= 5:
            kind = c.fixed(1)
            self.address_size = c.fixed(1)
            self.abbrev = c.fixed(offset_size)
            if kind in (4, 5):
                c.take(8)
            elif kind in (2, 6):
                c.take(8 + offset_size)
        else:
            self.abbrev = c.fixed(offset_size)
            self.address_size = c.fixed(1)
        self.usable = 2 <= self.version <= 5 and self.address_size in (4, 8)
        self.first = c.at
        self.str_base = self.addr_base = 8 if offset_size == 4 else 16
        self.list_bases = {'rnglists_base': 12 if offset_size == 4 else 20, 'loclists_base': 12 if offset_size == 4 else 20}
        self._root = self._entries = self._declarations = None

    # ---- Entries ----

    def root(self):
        """The entry of the unit itself, without those in it."""
        if self._root is None:
            c = Cursor(self.dwarf.info, self.first, self.end)
            self._root = self._read_entry(c, None) or Entry(self, self.first, 'compile_unit', {}, None)
        return self._root

    def entries(self):
        """All entries, by their offsets."""
        if self._entries is None:
            self.root()
            entries = {}
            c, parent, depth = Cursor(self.dwarf.info, self.first, self.end), None, 0
            while c.at < c.end:
                entry = self._read_entry(c, parent)
                if entry is None:
                    if parent is None or parent.parent is None:
                        break
                    parent, depth = parent.parent, depth - 1
                    continue
                entries[entry.offset] = entry
                if parent is not None:
                    parent.children.append(entry)
                else:
                    self._root = entry
                if self._has_children:
                    parent, depth = entry, depth + 1
                    if depth > MOST_DEPTH:
                        raise GuestError('the debug information is nested too deeply')
                elif parent is None:
                    break
            self._entries = entries
        return self._entries

    def whole(self):
        """The entry of the unit itself, with those in it."""
        self.entries()
        return self._root

    def _read_entry(self, c, parent):
        start = c.at
        code = c.uleb()
        if code == 0:
            return None
        declaration = self.declarations().get(code)
        if declaration is None:
            raise GuestError(f'the debug information has no declaration {code}')
        tag, self._has_children, specs = declaration
        attributes = {}
        for name, form, implicit in specs:
            value = self._form(c, form, implicit)
            if name is not None and value is not None:
                attributes[name] = value
        if parent is None:  # the unit's own entry says what indices of others count from
            self.str_base = attributes.get('str_offsets_base', self.str_base)
            self.addr_base = attributes.get('addr_base', self.addr_base)
            for base in self.list_bases:
                self.list_bases[base] = attributes.get(base, self.list_bases[base])
        for name in ('name', 'linkage_name', 'comp_dir'):
            if isinstance(attributes.get(name), ListIndex):
                attributes[name] = self._indexed_string(attributes[name])
        return Entry(self, start, tag, attributes, parent)

    def declarations(self):
        if self._declarations is None:
            self._declarations = self.dwarf.declarations(self.abbrev)
        return self._declarations

    # ---- Forms ----

    def _form(self, c, form, implicit):
        if form == 0x01:
            return Offset(c.fixed(self.address_size))
        if form in (0x0b, 0x0c, 0x11):
            value = c.fixed(1)
            return self.start + value if form == 0x11 else value
        if form in (0x05, 0x12):
            value = c.fixed(2)
            return self.start + value if form == 0x12 else value
        if form in (0x06, 0x13):
            value = c.fixed(4)
            return self.start + value if form == 0x13 else value
        if form in (0x07, 0x14):
            value = c.fixed(8)
            return self.start + value if form == 0x14 else value
        if form == 0x15:
            return self.start + c.uleb()
        if form == 0x10:
            return c.fixed(self.address_size if self.version < 3 else self.offset_size)
        if form == 0x08:
            return c.text()
        if form in (0x0e, 0x1f):
            table = self.dwarf.strings if form == 0x0e else self.dwarf.line_strings
            return Cursor(table, min(c.fixed(self.offset_size), len(table))).text()
        if form == 0x17:
            return Offset(c.fixed(self.offset_size))
        if form == 0x18 or form == 0x09:
            return Block(c.take(c.uleb()))
        if form in (0x0a, 0x03, 0x04):
            return Block(c.take(c.fixed({0x0a: 1, 0x03: 2, 0x04: 4}[form])))
        if form == 0x0d:
            return c.sleb()
        if form == 0x0f:
            return c.uleb()
        if form == 0x19:
            return True
        if form == 0x21:
            return implicit
        if form == 0x1e:
            return Block(c.take(16))
        if form in (0x1a, 0x25, 0x26, 0x27, 0x28):
            return ListIndex(c.uleb() if form == 0x1a else c.fixed(form - 0x24))
        if form in (0x1b, 0x29, 0x2a, 0x2b, 0x2c):
            return AddressIndex(c.uleb() if form == 0x1b else c.fixed(form - 0x28))
        if form in (0x22, 0x23):
            return ListIndex(c.uleb())
        if form == 0x20:
            c.take(8)
            return None
        if form == 0x16:
            return self._form(c, c.uleb(), 0)
        raise GuestError(f'the debug information has the form 0x{form:x}, which is not known')

    def _indexed_string(self, index):
        table = self.dwarf.str_offsets
        c = Cursor(table, min(self.str_base + index * self.offset_size, len(table)))
        return Cursor(self.dwarf.strings, min(c.fixed(self.offset_size), len(self.dwarf.strings))).text()

    def address(self, value):
        """An address as it is, or by its index in .debug_addr."""
        if isinstance(value, AddressIndex):
            table = self.dwarf.addresses
            return Cursor(table, min(self.addr_base + value * self.address_size, len(table))).fixed(self.address_size)
        return value

    # ---- Ranges and lists of locations ----

    def base_address(self):
        return self.address(self.root().get('low_pc')) or 0

    def ranges(self, where):
        if self.version < 5:
            return [(low, high) for low, high, _ in self._old_list(self.dwarf.ranges, where, False)]
        return [(low, high) for low, high, _ in self._new_list(self.dwarf.rnglists, where, 'rnglists_base', False)]

    def locations(self, where):
        """The places of a variable: (start, end, expression); start None: where no other applies."""
        if self.version < 5:
            return self._old_list(self.dwarf.loc, where, True)
        return self._new_list(self.dwarf.loclists, where, 'loclists_base', True)

    def _old_list(self, table, where, has_expression):
        c, base, found = Cursor(table, min(where, len(table))), self.base_address(), []
        largest = (1 << 8 * self.address_size) - 1
        while True:
            low, high = c.fixed(self.address_size), c.fixed(self.address_size)
            if low == 0 and high == 0:
                return found
            if low == largest:
                base = high
                continue
            expression = c.take(c.fixed(2)) if has_expression else b''
            found.append((base + low, base + high, expression))

    def _new_list(self, table, where, base_name, has_expression):
        if isinstance(where, ListIndex):
            start = self.list_bases[base_name]
            where = start + Cursor(table, min(start + where * self.offset_size, len(table))).fixed(self.offset_size)
        c, base, found = Cursor(table, min(where, len(table))), self.base_address(), []
        # The kinds of both lists are numbered alike, but for the default location.
        names = {0: 'end', 1: 'basex', 2: 'startx_endx', 3: 'startx_length', 4: 'pair'}
        names.update({5: 'default', 6: 'base', 7: 'start_end', 8: 'start_length'} if has_expression else
                     {5: 'base', 6: 'start_end', 7: 'start_length'})
        while True:
            kind, low, high = names.get(c.fixed(1)), None, None
            if kind == 'end':
                return found
            if kind == 'basex':
                base = self.address(AddressIndex(c.uleb()))
                continue
            if kind == 'base':
                base = c.fixed(self.address_size)
                continue
            if kind == 'startx_endx':
                low, high = self.address(AddressIndex(c.uleb())), self.address(AddressIndex(c.uleb()))
            elif kind == 'startx_length':
                low = self.address(AddressIndex(c.uleb()))
                high = low + c.uleb()
            elif kind == 'pair':
                low, high = base + c.uleb(), base + c.uleb()
            elif kind == 'start_end':
                low, high = c.fixed(self.address_size), c.fixed(self.address_size)
            elif kind == 'start_length':
                low = c.fixed(self.address_size)
                high = low + c.uleb()
            elif kind != 'default':
                raise GuestError('a list in the debug information makes no sense')
            found.append((low, high, c.take(c.uleb()) if has_expression else b''))


class Dwarf:
    """The debug information of a module."""

    def __init__(self, module):
        self.module = module
        self.info, self.abbrevs = module.section('.debug_info'), module.section('.debug_abbrev')
        self.strings, self.line_strings = module.section('.debug_str'), module.section('.debug_line_str')
        self.str_offsets, self.addresses = module.section('.debug_str_offsets'), module.section('.debug_addr')
        self.ranges, self.rnglists = module.section('.debug_ranges'), module.section('.debug_rnglists')
        self.loc, self.loclists = module.section('.debug_loc'), module.section('.debug_loclists')
        self.line = module.section('.debug_line')
        self.index = None  # of names: scopes.Index
        self._declarations, self.units = {}, []
        c = Cursor(self.info)
        while c.at < c.end:
            start = c.at
            length, offset_size = c.initial_length()
            end = min(c.at + length, c.end)
            unit = Unit(self, start, end, c, offset_size)
            if unit.usable:
                self.units.append(unit)
            c.at = end

    def declarations(self, offset):
        """The table of declarations at this offset: (tag, has children, attributes) by code."""
        if offset not in self._declarations:
            table, c = {}, Cursor(self.abbrevs, min(offset, len(self.abbrevs)))
            while c.at < c.end:
                code = c.uleb()
                if code == 0:
                    break
                tag, has_children, specs = c.uleb(), c.fixed(1) == 1, []
                while True:
                    name, form = c.uleb(), c.uleb()
                    implicit = c.sleb() if form == 0x21 else 0
                    if name == 0 and form == 0:
                        break
                    specs.append((ATTRIBUTES.get(name), form, implicit))
                table[code] = (TAGS.get(tag, f'tag_{tag:x}'), has_children, specs)
            self._declarations[offset] = table
        return self._declarations[offset]

    def unit_at(self, offset):
        """The unit that contains an offset of .debug_info."""
        low, high = 0, len(self.units)
        while low < high:
            middle = (low + high) // 2
            if self.units[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        return self.units[low] if low < len(self.units) and self.units[low].start <= offset else None

    def entry_at(self, offset):
        unit = self.unit_at(offset)
        return unit.entries().get(offset) if unit else None

    def units_with(self, address):
        """The units whose code contains an address; those that do not say where their code is come last."""
        sure, perhaps = [], []
        for unit in self.units:
            ranges = unit.root().ranges()
            if any(low <= address < high for low, high in ranges):
                sure.append(unit)
            elif not ranges:
                perhaps.append(unit)
        return sure + perhaps
