"""Types of variables, from the entries that describe them."""
from wasmelt_gdb.dwarf import Block

QUALIFIERS = {'const_type': 'const', 'volatile_type': 'volatile', 'restrict_type': '', 'atomic_type': '_Atomic'}
POINTERS = {'pointer_type': '*', 'reference_type': '&', 'rvalue_reference_type': '&&'}
RECORDS = ('structure_type', 'class_type', 'union_type')
RUST = 0x1c
CPLUSPLUS = (0x04, 0x1a, 0x21, 0x2b, 0x3a)
MOST_NESTING = 100


class Made:
    """A type that no entry describes: what an expression of the user has made."""
    entry = rest = None
    language = 0

    def __init__(self, tag, name, size, target=None, encoding=None):
        self.tag, self._name, self.size, self._target, self._encoding = tag, name, size, target, encoding
        self.address_size = 4

    def get(self, _name, default=None):
        return default

    def target(self):
        return self._target

    def bare(self):
        return self

    def is_pointer(self):
        return self.tag == 'pointer_type'

    def is_reference(self):
        return False

    def encoding(self):
        return self._encoding

    def is_character(self):
        return self._encoding in ('signed_char', 'unsigned_char', 'utf')

    def is_integer(self):
        return self._encoding not in (None, 'float')

    def element(self):
        return self._target

    def counts(self):
        return [self.count()]

    def count(self):
        return self.size // max(self._target.size, 1)

    def name(self, depth=0):
        return self._name


INT, LONG = Made('base_type', 'int', 4, encoding='signed'), Made('base_type', 'long long', 8, encoding='signed')
UNSIGNED, ULONG = Made('base_type', 'unsigned int', 4, encoding='unsigned'), Made('base_type', 'unsigned long long', 8, encoding='unsigned')
DOUBLE, FLOAT, BOOL = (Made('base_type', 'double', 8, encoding='float'), Made('base_type', 'float', 4, encoding='float'),
                       Made('base_type', 'bool', 1, encoding='bool'))
CHAR = Made('base_type', 'char', 1, encoding='signed_char')


def pointer_to(target):
    name = target.name()
    made = Made('pointer_type', f'{name}*' if name.endswith(('*', '&')) else f'{name} *', target.address_size, target)
    made.address_size = target.address_size
    return made


def array_of(target, count):
    return Made('array_type', f'{target.name()} [{count}]', target.size * count, target)


class Type:
    """A type; entry None is void."""

    def __init__(self, entry, address_size=4):
        self.entry = entry
        self.address_size = entry.unit.address_size if entry else address_size
        self.rest = None  # of a row of an array with several dimensions: its own dimensions

    # ---- What it is ----

    @property
    def tag(self):
        return self.entry.tag if self.entry else 'void'

    def get(self, name, default=None):
        return self.entry.get(name, default) if self.entry else default

    def target(self):
        return Type(self.entry.type() if self.entry else None, self.address_size)

    def bare(self):
        """Without typedefs and qualifiers, and with the definition of what is only declared here."""
        found = self
        for _ in range(MOST_NESTING):
            if found.tag != 'typedef' and found.tag not in QUALIFIERS:
                break
            found = found.target()
        if found.get('declaration') and found.tag in RECORDS + ('enumeration_type',):
            return Type(found.entry.unit.dwarf.index.definition(found.entry) or found.entry)
        return found

    @property
    def language(self):
        return self.entry.unit.root().get('language', 0) if self.entry else 0

    def is_pointer(self):
        return self.bare().tag == 'pointer_type'

    def is_reference(self):
        return self.bare().tag in ('reference_type', 'rvalue_reference_type')

    def encoding(self):
        """bool, float, signed, unsigned, signed_char, unsigned_char, utf or None."""
        names = {2: 'bool', 4: 'float', 5: 'signed', 6: 'signed_char', 7: 'unsigned', 8: 'unsigned_char', 0x10: 'utf'}
        bare = self.bare()
        if bare.tag == 'enumeration_type':
            inner = bare.target().bare()
            return inner.encoding() if inner.entry and inner.tag != 'enumeration_type' else 'unsigned'
        return names.get(bare.get('encoding')) if bare.tag == 'base_type' else None

    def is_character(self):
        return self.encoding() in ('signed_char', 'unsigned_char', 'utf')

    def is_integer(self):
        return self.encoding() not in (None, 'float')

    @property
    def size(self):
        bare = self
        for _ in range(MOST_NESTING):
            if bare.entry is None:
                return 1
            if 'byte_size' in bare.entry.attributes:
                size = bare.get('byte_size')
                if isinstance(size, int) and not bare.rest:
                    return size
            if bare.tag in POINTERS or bare.tag == 'ptr_to_member_type':
                return self.address_size
            if bare.tag == 'array_type':
                return bare.target().size * (bare.count() or 0)
            if bare.tag == 'subroutine_type':
                return 1
            further = bare.bare()
            if further.entry is bare.entry:
                return 0
            bare = further
        return 0

    # ---- Parts ----

    def counts(self):
        """The numbers of elements of an array in each dimension; None where it is not known."""
        found = []
        if self.rest:
            return self.rest
        for child in self.entry.children:
            if child.tag == 'subrange_type':
                count, upper = child.get('count'), child.get('upper_bound')
                if count is None and isinstance(upper, int) and not isinstance(upper, Block):
                    lower = child.get('lower_bound', 0)
                    count = upper - lower + 1 if upper < 0xFFFFFFFF else 0
                found.append(count if isinstance(count, int) else None)
        return found or [None]

    def element(self):
        """The type of an array's elements: another array if it has several dimensions."""
        counts = self.counts()
        if len(counts) < 2:
            return self.target()
        row = Type(self.entry)
        row.rest = counts[1:]
        return row

    def count(self):
        total = 1
        for count in self.counts():
            total = None if total is None or count is None else total * count
        return total

    def members(self):
        """The entries of a record's members, in their order: base classes, fields."""
        return [c for c in self.bare().entry.children
                if c.tag in ('member', 'inheritance') and not c.get('external') and not c.get('declaration')]

    def has_member(self, name, depth=0):
        """Whether a record, a base class of it, or a record without a name in it has a member with this name."""
        if self.bare().tag not in RECORDS or depth > MOST_NESTING:
            return False
        return any(m.name == name or ((m.tag == 'inheritance' or m.name is None) and Type(m.type()).has_member(name, depth + 1))
                   for m in self.members())

    def variant_part(self):
        for child in self.bare().entry.children if self.bare().entry else []:
            if child.tag == 'variant_part':
                return child
        return None

    def parameters(self):
        return [Type(c.type(), self.address_size) for c in self.entry.children if c.tag == 'formal_parameter']

    def enumerators(self):
        return [(c.name, c.get('const_value', 0)) for c in self.bare().entry.children if c.tag == 'enumerator']

    # ---- Names ----

    def name(self, depth=0):
        if depth > MOST_NESTING:
            return '...'
        tag = self.tag
        if tag == 'void':
            return 'void'
        if tag in QUALIFIERS:
            inner = self.target()
            word = QUALIFIERS[tag]
            if inner.tag in POINTERS:
                return f'{inner.name(depth + 1)} {word}'.rstrip()
            return f'{word} {inner.name(depth + 1)}'.lstrip()
        own = self.entry.name
        if tag in POINTERS:
            if own:
                return own
            inner, sign = self.target(), POINTERS[tag]
            bare = inner
            if bare.tag == 'subroutine_type':
                return f'{bare.target().name(depth + 1)} ({sign})({", ".join(p.name(depth + 1) for p in bare.parameters()) or "void"})'
            if bare.tag == 'array_type':
                return f'{bare.target().name(depth + 1)} ({sign}){bare.dimensions()}'
            text = inner.name(depth + 1)
            return f'{text}{sign}' if text.endswith(('*', '&')) else f'{text} {sign}'
        if tag == 'array_type':
            return f'{self.target().name(depth + 1)} {self.dimensions()}'
        if tag == 'subroutine_type':
            return f'{self.target().name(depth + 1)} ({", ".join(p.name(depth + 1) for p in self.parameters()) or "void"})'
        if tag == 'ptr_to_member_type':
            return f'{self.target().name(depth + 1)} {Type(self.entry.refer("containing_type")).name(depth + 1)}::*'
        full = self.entry.full_name() if own else '{...}'
        if self.language in CPLUSPLUS or self.language == RUST or tag in ('base_type', 'typedef', 'unspecified_type'):
            return full
        word = {'structure_type': 'struct', 'union_type': 'union', 'enumeration_type': 'enum', 'class_type': 'class'}.get(tag)
        return f'{word} {full}' if word else full

    def dimensions(self):
        return ''.join(f'[{"" if n is None else n}]' for n in self.counts())
