"""What `wasmelt validate` says of many inputs, for tests of hostile ones."""
import subprocess


def verdicts(sanitized, folder, inputs):
    """Writes the inputs to files, validates all of them in one process; a line for each."""
    files = []
    for number, data in enumerate(inputs):
        file = folder / f'{number}.wasm'
        file.write_bytes(data)
        files.append(file)
    done = subprocess.run([sanitized, 'validate', '--list', *files], capture_output=True, text=True, errors='replace',
                          timeout=600)
    assert 'Sanitizer' not in done.stderr and 'runtime error' not in done.stderr, done.stderr[-3000:]
    assert done.returncode in (0, 1), done.stderr[-3000:]
    lines = done.stdout.splitlines()
    assert len(lines) == len(files)
    return [line.split(': ', 1)[1] for line in lines]
