"""Every operator, with operands unknown to the C compiler, constants and both: a sample of the sweep (run.py), which takes
minutes as a whole."""
from sweep import operators, run


def test_every_operator_is_swept():
    """What is left out are constants and what has no operands; a row of opcodes.def more is swept, too."""
    rows = (run.ROOT / 'translator/wasm/opcodes.def').read_text().splitlines()
    computing = {row.split('"')[1] for row in rows if any(f', {form}' in row for form in operators.COMPUTING)}
    swept = {op.name for op in operators.operators()}
    assert computing - swept == {'ref.as_non_null'}
    assert len(swept) > 350


def test_a_sample(build, cc):
    lines = []
    config = run.arguments(['--effort', '2', '--build', str(build), '--jobs', '2', '--config', cc])
    answers, wrong = run.sweep(config, lines.append)
    assert wrong == 0, '\n'.join(lines)
    assert answers > 25000
