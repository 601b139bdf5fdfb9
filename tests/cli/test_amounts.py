"""How sizes, numbers and seconds are written, which the command and executables read by the same functions (runtime/facts/amounts.h)."""
import subprocess

import pytest

from support.hosts import ROOT

pytestmark = pytest.mark.once  # nothing is compiled

PROGRAM = r'''
#include <inttypes.h>
#include <stdio.h>
#include "runtime/facts/amounts.h"
int main(int argc, char **argv) {
    const amount_form *form = argv[1][0] == 's' ? &amount_sizes : argv[1][0] == 'c' ? &amount_counts : &amount_times;
    uint64_t amount;
    for (int k = 2; k < argc; k++)
        if (form->read(argv[k], &amount))
            printf("%" PRIu64 "\n", amount);
        else
            puts("no");
    return 0;
}'''


@pytest.fixture(scope='module')
def read(tmp_path_factory):
    """read(FORM, TEXT, ...): the amounts that the texts stand for, None for what is none."""
    folder = tmp_path_factory.mktemp('amounts')
    (folder / 'read.c').write_text(PROGRAM)
    subprocess.run(['gcc', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined', '-fno-sanitize-recover=all', f'-I{ROOT}', 'read.c', '-o', 'read'],
                   cwd=folder, check=True)

    def read(form, *texts):
        done = subprocess.run([folder / 'read', form, *texts], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return [None if line == 'no' else int(line) for line in done.stdout.split()]
    return read


def test_sizes(read):
    assert read('sizes', '0', '1', '1000', '007', '2K', '2k', '500M', '1m', '2G', '2g', '1T', '3t') == [
        0, 1, 1000, 7, 2048, 2048, 500 << 20, 1 << 20, 2 << 30, 2 << 30, 1 << 40, 3 << 40]
    assert read('sizes', str(2**64 - 1), f'{2**54 - 1}K', f'{2**24 - 1}T') == [2**64 - 1, 2**64 - 2**10, 2**64 - 2**40]
    wrong = ['', '-1', '+1', ' 1', '1 ', 'K', '1X', '1KB', '1KK', '1.5G', '0x10', '1e3', str(2**64), f'{2**54}K', f'{2**24}T', '9' * 40]
    assert read('sizes', *wrong) == [None] * len(wrong)


def test_counts(read):
    assert read('counts', '0', '1', '1000', '007', str(2**64 - 1)) == [0, 1, 1000, 7, 2**64 - 1]
    wrong = ['', '-1', '+1', ' 1', '1 ', '1K', '1.5', '0x10', '1e3', str(2**64), '184467440737095516150', '9' * 40]
    assert read('counts', *wrong) == [None] * len(wrong)


def test_seconds(read):
    assert read('times', '0', '2', '2.5', '.5', '2.', '0.000000001', '1.23456789012345', '2999999999.999999999', '0.0000000009') == [
        0, 2 * 10**9, 25 * 10**8, 5 * 10**8, 2 * 10**9, 1, 1234567890, 2999999999999999999, 0]
    wrong = ['', '.', '-1', '+1', ' 1', '1 ', '1s', '1.2.3', '1..2', '1e3', '0x10', 'nan', 'inf', '3000000000', str(2**64), '9' * 40, '1,5']
    assert read('times', *wrong) == [None] * len(wrong)
