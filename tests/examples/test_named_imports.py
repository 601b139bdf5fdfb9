"""Modules in one program whose imports are bound by name, when they are instantiated."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

HOST = r'''
#include <stdio.h>
#include "painter.h"
#include "shapes.h"

int main(void) {
    wasmelt_instance *shapes, *painter;
    wasmelt_import imports[4];
    wasmelt_extern draw;
    wasmelt_error error;
    wasmelt_value values[2] = {{.i32 = 256}, {.i32 = 6}};
    if (wasmelt_instantiate(&painter_module, NULL, 0, &painter, &error) != WASMELT_UNLINKABLE)
        return 1;
    printf("%s\n", error.message);
    if (wasmelt_instantiate(&shapes_module, NULL, 0, &shapes, NULL) != WASMELT_OK ||
        wasmelt_exports_as_imports(shapes, "shapes", imports, 4) != 4 ||
        wasmelt_instantiate(&painter_module, imports, 4, &painter, NULL) != WASMELT_OK ||
        !wasmelt_export(painter, "draw", &draw) || wasmelt_call(draw.func, values, values, NULL) != WASMELT_TRAP_NONE)
        return 1;
    printf("%u calls\n", (unsigned)values[0].i32);
    wasmelt_instance_free(painter);
    wasmelt_instance_free(shapes);
    return 0;
}
'''


def test_two_modules_in_one_program(run_wasmelt, build, tmp_path, cc):
    for name in ('shapes', 'painter'):
        done = run_wasmelt(ROOT / 'examples' / 'link' / f'{name}.wat', '--emit=lib', '--imports=named', '-o',
                           tmp_path / f'lib{name}.a', '--cc', cc)
        assert (done.returncode, done.stderr) == (0, '')
    (tmp_path / 'host.c').write_text(HOST)
    subprocess.run([cc, '-Wall', '-Wextra', '-Werror', f'-I{ROOT / "include"}', 'host.c', 'libpainter.a', 'libshapes.a',
                    build / 'lib' / 'libwasmelt_rt.a', '-lpthread', '-lm', '-o', 'host'], cwd=tmp_path, check=True)
    ran = subprocess.run([tmp_path / 'host'], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, 'unknown import "shapes" "memory"\n2 calls\n')
