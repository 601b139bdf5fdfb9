"""Times of the programs in bench/programs, each made by each variant: interleaved runs, medians, ratios."""
import math
import pathlib
import re
import statistics

from harness import variants
from harness.process import Failed, must, run

BENCH = pathlib.Path(__file__).resolve().parents[1]


def chosen_sources(config, folder):
    found = sorted(p for p in (BENCH / folder).iterdir() if p.suffix in ('.c', '.cpp'))
    if config.programs:
        names = config.programs.split(',')
        found = [p for p in found if p.stem in names]
    return found


def time_once(command):
    cost = must(command)
    own = re.search(r'^cost (\S+) (\S+)$', cost.errors, re.M)  # V8's host measures itself
    wall, cpu = (float(own[1]), float(own[2])) if own else (cost.wall, cost.cpu)
    return {'output': cost.output, 'wall': wall, 'cpu': cpu, 'memory': cost.memory}


def count_instructions(command, folder):
    cost = run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={folder / "callgrind.out"}', *command], timeout=3600)
    counted = re.search(r'Collected : (\d+)', cost.errors)
    if cost.status != 0 or not counted:
        raise Failed(f'callgrind on {command[0]}:\n{cost.errors[-2000:]}')
    return {'output': cost.output, 'instructions': int(counted[1])}


def build_all(config, columns, sources, say):
    """{program: {variant: command}}; a variant that cannot be built is said and left out."""
    built = {}
    for source in sources:
        folder = config.work / source.parent.name / source.stem
        folder.mkdir(parents=True, exist_ok=True)
        wasm = variants.build_wasm(config, source, folder)
        built[source.stem] = {}
        for column in columns:
            say(f'building {source.stem} {column.name}')
            try:
                built[source.stem][column.name] = column.build(config, source, wasm, folder)
            except Failed as failure:
                say(f'{source.stem} {column.name}: {failure}')
    return built


def measure(config, columns, say, folder='programs'):
    sources = chosen_sources(config, folder)
    built = build_all(config, columns, sources, say)
    metric = 'instructions' if config.callgrind else config.metric
    samples = {name: {} for name in built}
    for number in range(1 if config.callgrind else config.rounds):
        for name, commands in built.items():
            say(f'round {number + 1}: {name}')
            for column, command in commands.items():
                try:
                    sample = count_instructions(command, config.work) if config.callgrind else time_once(command)
                except Failed as failure:
                    say(f'{name} {column}: {failure}')
                    continue
                samples[name].setdefault(column, []).append(sample)
    table = {'metric': metric, 'variants': [c.name for c in columns], 'programs': {}}
    for name, by_column in samples.items():
        outputs = {column: s[0]['output'] for column, s in by_column.items()}
        expected = next(iter(outputs.values()), '')
        missing = [c.name for c in columns if c.name not in by_column]
        differs = [column for column, text in outputs.items() if text != expected] + missing
        if differs:
            say(f'{name}: wrong or no output from {", ".join(differs)}')
        keys = ('instructions',) if config.callgrind else ('wall', 'cpu', 'memory')
        table['programs'][name] = {
            'differs': differs,
            'size': {column: command[0].stat().st_size for column, command in built[name].items() if column != 'v8'},
            'median': {column: {key: statistics.median(x[key] for x in s) for key in keys} for column, s in by_column.items()},
            'fastest': {column: {key: min(x[key] for x in s) for key in keys} for column, s in by_column.items()}}
    table['geomean'] = geometric_means(table)
    return table


def baseline_of(column, columns):
    """What a column is compared with: native code of the same C compiler for the same machine; V8, which uses the machine
    at hand, with gcc's."""
    if column == 'v8':
        return 'native-gcc-v3' if 'native-gcc-v3' in columns else 'native-gcc'
    machine = '-v3' if column.endswith('-v3') else ''
    return ('native-clang' if column.removesuffix('-v3').endswith('clang') else 'native-gcc') + machine


def ratio(table, name, column):
    """Of the column's median to its baseline's; None where one is missing."""
    medians = table['programs'][name]['median']
    base = baseline_of(column, table['variants'])
    if column not in medians or base not in medians or not medians[base][table['metric']]:
        return None
    return medians[column][table['metric']] / medians[base][table['metric']]


def geometric_means(table):
    means = {}
    for column in table['variants']:
        ratios = [r for r in (ratio(table, name, column) for name in table['programs']) if r]
        if ratios:
            means[column] = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return means
