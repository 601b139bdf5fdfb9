"""Times of the programs in bench/programs, each made by each variant: interleaved runs, medians, ratios."""
import math
import pathlib
import re
import statistics

from harness import others, variants
from harness.process import Failed, must, run

BENCH = pathlib.Path(__file__).resolve().parents[1]


def own_programs(config, folder):
    found = sorted(p for p in (BENCH / folder).iterdir() if p.suffix in ('.c', '.cpp'))
    if config.programs:
        names = config.programs.split(',')
        found = [p for p in found if p.stem in names]
    return [variants.own_program(config, p) for p in found]


def time_once(command):
    cost = must(command)
    own = re.search(r'^cost (\S+) (\S+) (\S+)$', cost.errors, re.M)  # V8's host measures itself
    wall, cpu, user = map(float, own.groups()) if own else (cost.wall, cost.cpu, cost.user)
    return {'output': cost.output, 'wall': wall, 'cpu': cpu, 'user': user, 'memory': cost.memory}


def count_instructions(command, folder):
    cost = run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={folder / "callgrind.out"}', *command], timeout=3600)
    counted = re.search(r'Collected : (\d+)', cost.errors)
    if cost.status != 0 or not counted:
        raise Failed(f'callgrind on {command[0]}:\n{cost.errors[-2000:]}')
    return {'output': cost.output, 'instructions': int(counted[1])}


def build_all(config, columns, chosen, work, compiler, say):
    """{program: {variant: command}}; what cannot be built is said and left out."""
    built = {}
    for program in chosen:
        folder = work / program.name
        folder.mkdir(parents=True, exist_ok=True)
        built[program.name] = {}
        try:
            wasm = variants.build_wasm(program, folder, compiler)
        except Failed as failure:
            say(f'{program.name}: {failure}')
            continue
        for column in columns:
            say(f'building {program.name} {column.name}')
            try:
                built[program.name][column.name] = column.build(config, program, wasm, folder)
            except Failed as failure:
                say(f'{program.name} {column.name}: {failure}')
    return built


def measure(config, columns, say, folder='programs'):
    """The programs of one of the folders in bench/."""
    return table_of(config, columns, build_all(config, columns, own_programs(config, folder), config.work / folder, None, say), say)


def measure_others(config, columns, say):
    """Programs that are fetched. The fastest run counts, which other load on the machine disturbs least."""
    built = build_all(config, columns, others.programs(config, say), config.work / 'others', others.wasm_compiler(), say)
    table = table_of(config, columns, built, say, others.comparable, 'fastest')
    table['halves'] = {name: others.half(name) for name in built}
    return table


def table_of(config, columns, built, say, comparable=str, statistic='median'):
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
    table = {'metric': metric, 'statistic': statistic, 'variants': [c.name for c in columns], 'programs': {}}
    for name, by_column in samples.items():
        outputs = {column: comparable(s[0]['output']) for column, s in by_column.items()}
        expected = next(iter(outputs.values()), '')
        missing = [c.name for c in columns if c.name not in by_column]
        differs = [column for column, text in outputs.items() if text != expected] + missing
        if differs:
            say(f'{name}: wrong or no output from {", ".join(differs)}')
        keys = ('instructions',) if config.callgrind else ('wall', 'cpu', 'user', 'memory')
        table['programs'][name] = {
            'differs': differs,
            'size': {column: command[0].stat().st_size for column, command in built[name].items() if column != 'v8'},
            'median': {column: {key: statistics.median(x[key] for x in s) for key in keys} for column, s in by_column.items()},
            'fastest': {column: {key: min(x[key] for x in s) for key in keys} for column, s in by_column.items()}}
    table['geomean'] = geometric_means(table, table['programs'])
    return table


def baseline_of(column, columns):
    """What a column is compared with: native code of the same C compiler for the same machine; V8, which uses the machine
    at hand, with gcc's."""
    if column == 'v8':
        return 'native-gcc-v3' if 'native-gcc-v3' in columns else 'native-gcc'
    machine = '-v3' if column.endswith('-v3') else ''
    return ('native-clang' if column.removesuffix('-v3').endswith('clang') else 'native-gcc') + machine


def ratio(table, name, column):
    """Of the column's time to its baseline's; None where one is missing."""
    times = table['programs'][name][table['statistic']]
    base = baseline_of(column, table['variants'])
    if column not in times or base not in times or not times[base][table['metric']]:
        return None
    return times[column][table['metric']] / times[base][table['metric']]


def geometric_means(table, names):
    means = {}
    for column in table['variants']:
        ratios = [r for r in (ratio(table, name, column) for name in names) if r]
        if ratios:
            means[column] = math.exp(sum(map(math.log, ratios)) / len(ratios))
    return means
