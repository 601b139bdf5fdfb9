"""Names that Rust has mangled, as backtraces show them: the older form, the newer one, and names that are neither or hostile."""
import re
import subprocess

import pytest

pytestmark = pytest.mark.once  # nothing is compiled

# What rustc 1.63 and 1.95 wrote, and what binutils' c++filt makes of it, but for hashes of crates and types of constants.
NAMES = {
    '_ZN3zoo8describe17h7d10264fa50c551fE': 'zoo::describe',
    '_ZN1t5inner10V$LT$T$GT$2at17h0e54e55353a1a45eE': 't::inner::V<T>::at',
    '_ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17hf0d936d435344f82E': 'std::rt::lang_start::{{closure}}',
    '_ZN63_$LT$alloc..alloc..Global$u20$as$u20$core..alloc..Allocator$GT$8allocate17h54d9b596228f8161E':
        '<alloc::alloc::Global as core::alloc::Allocator>::allocate',
    '_RNvNtCs1234_7mycrate3foo3bar': 'mycrate::foo::bar',
    '_RINvNtC3std3mem8align_ofdE': 'std::mem::align_of::<f64>',
    '_RNCNvC1a4mains_0': 'a::main::{closure#1}',
    '_RNvMs2_NtC1a1bINtB5_3VecINtB5_3BoxDG_INtC4core2FnTRL0_eEEp6OutputuEL_EE4push': "<a::b::Vec<a::b::Box<dyn for<'a> core::Fn<(&'a str,), Output = ()>>>>::push",
    '_RNvXC1aINtB2_1VKj3_Ahj10_ENtC4core3Fmt3fmt': '<a::V<3, [u8; 16]> as core::Fmt>::fmt',
    '_RINvC1a1fFUKCRSaEuTlEQbPxOyE': 'a::f::<unsafe extern "C" fn(&[i8]), (i32,), &mut bool, *const i64, *mut u64>',
    '_RNvC1a1f.llvm.123': 'a::f',
}
UNCHANGED = [
    '_ZN3zoo8describeE',  # C++
    '_ZN3zoo8describe17h7d10264fa50c551gE', '_ZN99zoo17h7d10264fa50c551fE', '_ZN3a$b17h7d10264fa50c551fE', '_ZN', '_R', '_RNvC1a',
    '_RNvC99999999999999999999999a1f', '_RINvC1a1fB9_E', '_RINvC1a1fB_E', '_RINvC1a1fL5_E', f'_RINvC1a1f{"R" * 3000}lE', '_RNvC1a1f!',
    'average', '_start',
]


def doubled(times):
    """A short name that stands for an exponentially long one: each type is a pair of the one before."""
    digits, name, last = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 'INvC1a1f', None
    for _ in range(times):
        place, number = len(name), ''
        if last is not None:
            while last > 62:
                number, last = digits[(last - 1) % 62] + number, (last - 1) // 62
            number = digits[last - 1] + number
        name += 'TllE' if not number else f'TB{number}_B{number}_E'
        last = place
    return f'_R{name}E'


def test_names(run_wasmelt, tmp_path):
    names = [*NAMES, *UNCHANGED, doubled(40)]
    (tmp_path / 'm.wat').write_text('(module {})'.format(''.join(f'(func ${name} (export "{k}"))' for k, name in enumerate(names))))
    subprocess.run(['wat2wasm', '--debug-names', 'm.wat', '-o', 'm.wasm'], cwd=tmp_path, check=True)
    done = run_wasmelt('-g', tmp_path / 'm.wasm', '--emit=c', '--name=app', '-o', tmp_path / 'c')
    assert done.returncode == 0, done.stderr
    table = (tmp_path / 'c' / 'app.c').read_text().split('wasmelt_debug_funcs[] = {')[1].split('};')[0]
    shown = [text.replace('\\"', '"') for text in re.findall(r'^\t\{"\w+", "((?:[^"\\]|\\.)*)", ', table, re.M)]
    assert dict(zip(names, shown)) == {**NAMES, **{name: name for name in [*UNCHANGED, doubled(40)]}}
