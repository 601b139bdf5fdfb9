"""Tables for a terminal and a plot of the run times."""
from harness.programs import geometric_means, ratio

COLOURS = {'native': '#8a8a8a', 'wasmelt': '#c2410c', 'wasm2c': '#2563eb', 'v8': '#15803d'}


def layout(header, rows):
    """Columns padded to their widest cell; the first to the left, the others to the right."""
    cells = [header, *rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(header))]
    lines = ['  '.join(c.ljust(w) if k == 0 else c.rjust(w) for k, (c, w) in enumerate(zip(row, widths))) for row in cells]
    return '\n'.join([lines[0], '-' * len(lines[0]), *lines[1:]]) + '\n'


def number(value, digits=2):
    return '-' if value is None else f'{value:.{digits}f}'


def run_table(table, title='Run'):
    """Absolute figures of the native columns, ratios of the others to native code of the same compiler."""
    natives = [v for v in table['variants'] if v.startswith('native')]
    others = [v for v in table['variants'] if not v.startswith('native')]
    unit, factor = ('Minstr', 1e-6) if table['metric'] == 'instructions' else ('s', 1)
    rows = []
    for name, program in table['programs'].items():
        times = program[table['statistic']]
        rows.append([name, *(number(times[v][table['metric']] * factor, 3) if v in times else '-' for v in natives),
                     *(number(ratio(table, name, v)) for v in others)])
    rows.append(['geometric mean', *('' for _ in natives), *(number(table['geomean'].get(v), 3) for v in others)])
    for half in sorted(set(table.get('halves', {}).values())):
        means = geometric_means(table, [name for name, of in table['halves'].items() if of == half])
        rows.append([f'geometric mean, {half}', *('' for _ in natives), *(number(means.get(v), 3) for v in others)])
    worst = [max((r for r in (ratio(table, n, v) for n in table['programs']) if r), default=None) for v in others]
    rows.append(['worst', *('' for _ in natives), *(number(w) for w in worst)])
    heading = f'{title}: {table["metric"]} (native in {unit}; others relative to native of the same compiler, V8 to gcc)\n'
    return heading + layout(['program', *natives, *others], rows)


def behind(table):
    """Lines that name the programs with which wasmelt takes a tenth more time than another translator with the same compiler, or V8."""
    lines = []
    for ours in (v for v in table['variants'] if v.startswith('wasmelt')):
        compiler = ours.removeprefix('wasmelt')
        rivals = [v for v in table['variants'] if not v.startswith(('native', 'wasmelt')) and (v.endswith(compiler) or v == 'v8')]
        for rival in rivals:
            slower = []
            for name, program in table['programs'].items():
                times = program[table['statistic']]
                if ours in times and rival in times and times[ours][table['metric']] > 1.1 * times[rival][table['metric']]:
                    slower.append(f'{name} {times[ours][table["metric"]] / max(times[rival][table["metric"]], 1e-9):.2f}')
            lines.append(f'{ours} behind {rival} by more than a tenth: {", ".join(slower) or "nothing"}\n')
    return ''.join(lines)


def megabytes(n):
    return f'{n / 1e6:.2f}'


def translation_table(rows):
    lines = []
    for module, by_tool in rows.items():
        for tool, r in by_tool.items():
            failed = r.get('failure')
            lines.append([module, tool, megabytes(r['wasm']), '-' if failed else f'{r["wasm"] / 1e6 / max(r["cpu"], 1e-3):.1f}',
                          f'{r["cpu"]:.2f}', megabytes(r['memory']), '-' if failed or not r['c'] else f'{r["c"] / r["wasm"]:.1f}',
                          failed or ''])
    return 'Translation\n' + layout(['module', 'tool', 'MB', 'MB/s', 'CPU s', 'peak MB', 'C/wasm', 'note'], lines)


def compilation_table(rows):
    lines = [[what, f'{r["cpu"]:.1f}', megabytes(r['memory']), str(r['files']), megabytes(r['object']), r.get('failure', '')]
             for what, r in rows['compilers'].items()]
    return (f'C compilation of {rows["module"]} ({rows["wasm"] / 1e6:.2f} MB)\n' +
            layout(['C by, compiler', 'CPU s', 'peak MB', 'files', 'object MB', 'note'], lines))


def startup_table(rows):
    lines = [[name, f'{r["median"] * 1e3:.3f}', f'{r["fastest"] * 1e3:.3f}', megabytes(r['size'])]
             for name, r in rows['starts'].items()]
    instances = [[name, f'{r["median"] * 1e6:.1f}', f'{r["fastest"] * 1e6:.1f}']
                 for name, r in rows['instances'].items()]
    return ('Start-up: exec to _start (native: to main)\n' +
            layout(['program', 'median ms', 'fastest ms', 'file MB'], lines) +
            '\nMaking and freeing an instance\n' + layout(['library', 'median us', 'fastest us'], instances))


def memory_table(rows):
    growth = [[what, f'{r["plain"] * 1e6:.2f}', f'{r["wasmelt"] * 1e6:.2f}', number(r['wasmelt'] / r['plain'])]
              for what, r in rows['growth'].items()]
    idle = [[what, *(f'{r[k] / 1024:.1f}' for k in ('own', 'resident', 'tables'))] for what, r in rows['idle'].items()]
    return ('Growing by 64 KiB: elapsed time over all steps of all\n' +
            layout(['who, and what with the pages', 'system calls us', 'wasmelt us', 'ratio'], growth) +
            '\nIdle instances, KiB each\n' + layout(['library, instances', 'own', 'with files', 'page tables'], idle))


def run_plot(table, machine):
    """Bars of the ratios, a group for each program and one for the geometric mean; self-contained SVG."""
    columns = [v for v in table['variants'] if not v.startswith('native')]
    groups = [(name, [ratio(table, name, v) for v in columns]) for name in table['programs']]
    groups.append(('geometric mean', [table['geomean'].get(v) for v in columns]))
    bar, gap, left, top, height, limit = 7, 10, 44, 64, 260, 3.0
    group_width = bar * len(columns) + gap
    width = left + group_width * len(groups) + 20
    y = lambda r: top + height * (1 - min(r, limit) / limit)  # noqa: E731
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top + height + 110}" font-family="sans-serif" '
             'font-size="11">', f'<rect width="{width}" height="{top + height + 110}" fill="#ffffff"/>',
             f'<text x="{left}" y="18" font-size="14">Run time relative to native code of the same C compiler '
             f'(V8: gcc); {table["metric"]}, lower is better</text>',
             f'<text x="{left}" y="34" fill="#555">{machine["processor"]}, {machine["gcc"]}, {machine["clang"]}</text>']
    for k, column in enumerate(columns):
        x = left + k * 130
        parts.append(f'<rect x="{x}" y="42" width="10" height="10" fill="{colour(column)}" fill-opacity="{shade(column)}"/>'
                     f'<text x="{x + 14}" y="51">{column}</text>')
    for tick in (0, 0.5, 1, 1.5, 2, 2.5, 3):
        parts.append(f'<line x1="{left}" x2="{width - 10}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" '
                     f'stroke="{"#000" if tick == 1 else "#ddd"}"/><text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick}</text>')
    for g, (name, ratios) in enumerate(groups):
        x = left + gap / 2 + g * group_width
        for k, r in enumerate(ratios):
            if r:
                parts.append(f'<rect x="{x + k * bar:.1f}" y="{y(r):.1f}" width="{bar - 1}" height="{top + height - y(r):.1f}" '
                             f'fill="{colour(columns[k])}" fill-opacity="{shade(columns[k])}"><title>{name} {columns[k]} {r:.2f}</title></rect>')
        middle = x + bar * len(columns) / 2
        parts.append(f'<text x="{middle:.1f}" y="{top + height + 14}" text-anchor="end" '
                     f'transform="rotate(-45 {middle:.1f} {top + height + 14})">{name}</text>')
    return '\n'.join([*parts, '</svg>']) + '\n'


def colour(column):
    return COLOURS.get(column.split('-')[0], '#7c3aed')


def shade(column):
    return '0.55' if column.endswith('clang') else '1'


def costs_table(rows):
    return 'Structs and arrays: instructions\n' + layout(['what', 'gcc', 'clang'], [[what, *(number(of[cc], 1) for cc in ('gcc', 'clang'))] for what, of in rows.items()])


def gc_table(table):
    rows = []
    for name, row in table['programs'].items():
        of = row['fastest']
        cells = [name, number(of['v8']['cpu'], 3) if 'v8' in of else '-', megabytes(of['v8']['memory']) if 'v8' in of else '-']
        for variant in ('wasmelt-gcc', 'wasmelt-clang'):
            if variant not in of or 'v8' not in of:
                cells += ['-'] * 4
                continue
            cells += [number(of[variant]['cpu'] / of['v8']['cpu']), megabytes(of[variant]['memory']), number(of[variant]['minor'], 1),
                      number(of[variant]['full'], 1)]
        rows.append(cells + ['WRONG' if row['differs'] else ''])
    rows.append(['geometric mean', '', '', number(table['geomean']['wasmelt-gcc'], 3), '', '', '', number(table['geomean']['wasmelt-clang'], 3),
                 '', '', '', ''])
    heading = (f'Garbage collection: processor time, fastest runs (V8 in s, without the {table["start"]:.3f} s of its start; others relative '
               f'to it), peak MB, longest minor and full collection in ms of processor time\n')
    return heading + layout(['program', 'v8', 'MB', 'gcc', 'MB', 'minor', 'full', 'clang', 'MB', 'minor', 'full', ''], rows)
