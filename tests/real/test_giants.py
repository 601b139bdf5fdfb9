"""Libraries and large modules are translated without a crash, whatever features they use. The C is without goto and, if it is
compiled, without warnings."""
import pytest

from support import npm
from support.emitted import WARNINGS, assert_no_goto

RUBY = '@ruby/3.4-wasm-wasi', '2.10.1', 'dist/ruby.wasm'
ESBUILD = 'esbuild-wasm', '0.28.2', 'esbuild.wasm'
SWC = '@swc/wasm', '1.16.18', 'wasm_bg.wasm'
DUCKDB = '@duckdb/duckdb-wasm', '1.32.0', 'dist/duckdb-mvp.wasm'
DUCKDB_EXCEPTIONS = '@duckdb/duckdb-wasm', '1.32.0', 'dist/duckdb-eh.wasm'
DUCKDB_THREADS = '@duckdb/duckdb-wasm', '1.32.0', 'dist/duckdb-coi.wasm'
TREE_SITTER = 'web-tree-sitter', '0.27.1', 'web-tree-sitter.wasm'
CLANG = '@yowasp/clang', '22.0.0-git20542-10', 'gen/llvm.core.wasm'
SQLITE = '@sqlite.org/sqlite-wasm', '3.41.2', 'sqlite-wasm/jswasm/sqlite3.wasm'
SQL_JS = 'sql.js', '1.16.0', 'dist/sql-wasm.wasm'
TESSERACT = 'tesseract.js-core', '7.0.0', 'tesseract-core-relaxedsimd.wasm'
FFMPEG = '@ffmpeg/core', '0.12.10', 'dist/esm/ffmpeg-core.wasm'
OXC = '@oxc-parser/binding-wasm32-wasi', '0.154.0', 'parser.wasm32-wasi.wasm'
PYODIDE = 'pyodide', '314.0.7', 'pyodide.asm.wasm'
RESVG = '@resvg/resvg-wasm', '2.6.2', 'index_bg.wasm'


def locate(package):
    name, version, path = package
    return npm.install(name, version) / path


def name_of(package):
    return package[0] + ':' + package[2].rpartition('/')[2] if isinstance(package, tuple) else None


def emit_c(run_wasmelt, package, folder):
    return run_wasmelt(locate(package), '--emit=c', '--name=giant', '-o', folder)


def compile_c(run_wasmelt, package, folder, *options):
    done = run_wasmelt(locate(package), '--emit=obj', '--name=giant', '-O0', WARNINGS, '-o', folder / 'giant.o', *options,
                       timeout=None, cwd=folder)
    assert (done.returncode, done.stderr) == (0, '')


@pytest.mark.parametrize('package', [SQLITE, TREE_SITTER], ids=name_of)
def test_library_compiles(run_wasmelt, package, cc, tmp_path):
    compile_c(run_wasmelt, package, tmp_path, '--cc', cc, '--keep', 'c')
    assert_no_goto(tmp_path / 'c')


@pytest.mark.slow
@pytest.mark.parametrize('package', [RUBY, ESBUILD, SWC, DUCKDB, CLANG, RESVG, TESSERACT, FFMPEG, OXC, PYODIDE, DUCKDB_EXCEPTIONS,
                                     DUCKDB_THREADS], ids=name_of)
def test_giant_is_translated(run_wasmelt, package, tmp_path):
    done = emit_c(run_wasmelt, package, tmp_path)
    said = done.stderr.splitlines()
    assert done.returncode == 0 and all(', too large for more, to be compiled with -O' in line for line in said), done.stderr
    assert len(said) == sum((tmp_path / f'giant_{kind}.c').exists() for kind in ('large', 'huge'))
    assert (tmp_path / 'giant.h').exists()
    assert_no_goto(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize('package', [SQL_JS, RUBY, ESBUILD, SWC, DUCKDB, TESSERACT, FFMPEG, OXC, PYODIDE, DUCKDB_EXCEPTIONS,
                                     DUCKDB_THREADS], ids=name_of)
def test_giant_compiles(run_wasmelt, package, tmp_path):
    compile_c(run_wasmelt, package, tmp_path)
