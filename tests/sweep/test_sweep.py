"""Every operator, with operands unknown to the C compiler, constants and both: a sample of the sweep (run.py), which takes
minutes as a whole."""
from sweep import operators, run


def test_every_operator_is_swept():
    """What is left out are constants, what has no operands, and what takes or gives references; a row of opcodes.def more is swept, too."""
    rows = (run.ROOT / 'translator/wasm/opcodes.def').read_text().splitlines()
    of_references = ('TYPED(REFERENCE)', 'TYPED(AGGREGATE)')
    computing = {row.split('"')[1] for row in rows
                 if any(f', {form}' in row for form in operators.COMPUTING) and not any(family in row for family in of_references)}
    swept = {op.name for op in operators.operators()}
    assert computing - swept == set()
    assert len(swept) > 350


def test_a_sample(build, cc):
    lines = []
    config = run.arguments(['--effort', '2', '--build', str(build), '--jobs', '2', '--config', cc,
                            '--config', f'{cc} deterministic'])
    answers, wrong = run.sweep(config, lines.append)
    assert wrong == 0, '\n'.join(lines)
    assert answers > 25000
