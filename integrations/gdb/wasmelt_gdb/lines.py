"""Line tables: which source line the code at each address comes from."""
from collections import namedtuple

from wasmelt_gdb import GuestError
from wasmelt_gdb.binary import Cursor
from wasmelt_gdb.dwarf import Block

# The code from `start` to before `end` comes from this line. after_prologue: the function has set up its frame here.
Row = namedtuple('Row', 'start end path line after_prologue')
MOST_ROWS = 1 << 22


def _files(c, unit, version, offset_size, directory):
    """The paths of the header's files by number, as the translator writes them into #line."""
    def joined(*parts):
        path = ''
        for part in parts:
            path = part if part.startswith('/') or not path else f'{path.rstrip("/")}/{part}' if part else path
        return path
    if version < 5:
        directories, files = [''], ['']
        while text := c.text():
            directories.append(text)
        while name := c.text():
            where = c.uleb()
            c.uleb(), c.uleb()
            files.append(joined(directory, directories[where] if where < len(directories) else '', name))
        return files
    tables = []
    for _ in range(2):
        formats = [(c.uleb(), c.uleb()) for _ in range(c.fixed(1))]
        rows = []
        for _ in range(c.uleb()):
            row = {}
            for content, form in formats:
                value = unit._form(c, form, 0)
                row[content] = value if not isinstance(value, Block) else 0
            rows.append((str(row.get(1, '')), row.get(2, 0)))
            if not formats:
                break
        tables.append(rows)
    directories = [name for name, _ in tables[0]]
    base = directories[0] if directories else directory
    return [joined(base, directories[where] if 0 < where < len(directories) else '', name) for name, where in tables[1]]


def _header(unit):
    """What stands before the program of a unit's line table, and a cursor at the program; None if there is none."""
    table, where = unit.dwarf.line, unit.root().get('stmt_list')
    if where is None or where >= len(table):
        return None
    c = Cursor(table, where)
    length, offset_size = c.initial_length()
    c.end = min(c.at + length, len(table))
    version = c.fixed(2)
    if not 2 <= version <= 5:
        return None
    if version >= 5:
        c.take(2)
    header = c.fixed(offset_size)
    program = c.at + header
    minimum = c.fixed(1)
    if version >= 4:
        c.fixed(1)
    c.fixed(1)
    line_base, line_range, opcode_base = c.fixed(1, True), c.fixed(1), c.fixed(1)
    lengths = [0] + [c.fixed(1) for _ in range(opcode_base - 1)]
    files = _files(c, unit, version, offset_size, unit.root().get('comp_dir', ''))
    c.at = min(program, c.end)
    return c, minimum, line_base, max(line_range, 1), opcode_base, lengths, files


def paths_of(unit):
    """The paths of the source files of a unit, by number."""
    header = _header(unit)
    return header[-1] if header else []


def rows_of(unit):
    """The rows of a unit's line table, by address."""
    header = _header(unit)
    if header is None:
        return []
    c, minimum, line_base, line_range, opcode_base, lengths, files = header
    rows, found = [], []
    address, file, line, prologue_end = 0, 1, 1, False

    def add():
        nonlocal prologue_end
        if len(found) + len(rows) > MOST_ROWS:
            raise GuestError('the line table has too many rows')
        rows.append((address, files[file] if file < len(files) else '', line, prologue_end))
        prologue_end = False
    while c.at < c.end:
        opcode = c.fixed(1)
        if opcode >= opcode_base:
            address += (opcode - opcode_base) // line_range * minimum
            line += line_base + (opcode - opcode_base) % line_range
            add()
        elif opcode == 0:
            size = c.uleb()
            after = c.at + size
            kind = c.fixed(1) if size else 0
            if kind == 1:
                for k, (start, path, number, begins) in enumerate(rows):
                    end = rows[k + 1][0] if k + 1 < len(rows) else address
                    if end > start:
                        found.append(Row(start, end, path, number, begins))
                rows, address, file, line, prologue_end = [], 0, 1, 1, False
            elif kind == 2:
                address = c.fixed(min(size - 1, 8))
            c.at = min(after, c.end)
        elif opcode == 1:
            add()
        elif opcode == 2:
            address += c.uleb() * minimum
        elif opcode == 3:
            line += c.sleb()
        elif opcode == 4:
            file = c.uleb()
        elif opcode == 8:
            address += (255 - opcode_base) // line_range * minimum
        elif opcode == 9:
            address += c.fixed(2)
        elif opcode == 10:
            prologue_end = True
        else:
            for _ in range(lengths[opcode]):
                c.uleb()
    return sorted(found, key=lambda row: row.start)


def runs(rows, low, high):
    """The rows of a function, with neighbours of the same line put together."""
    found = []
    for row in rows:
        if row.start < low or row.start >= high:
            continue
        last = found[-1] if found else None
        if last and last.path == row.path and last.line == row.line and last.end == row.start:
            found[-1] = last._replace(end=row.end, after_prologue=last.after_prologue or row.after_prologue)
        else:
            found.append(row)
    return found
