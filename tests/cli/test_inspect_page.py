"""wasmelt inspect --html: the page, as text and in a browser."""
import json
import re
import struct
import subprocess
import zlib

import pytest

from support.browser import COMMAND, Browser

pytestmark = pytest.mark.once  # nothing is compiled

in_browser = pytest.mark.skipif(not COMMAND, reason='chromium is not installed')

PROGRAM = '''
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "env" "tick" (func $tick))
  (memory (export "memory") 3 10)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (global (export "__heap_base") i32 (i32.const 70000))
  (global (export "__data_end") i32 (i32.const 4096))
  (data (i32.const 1024) "some text")
  (data (i32.const 65600) "more text, above the stack")
  (func $small (call $exit (i32.const 0)))
  (func $middle (call $small) (call $tick) (drop (i32.const 1)))
  (func $large (export "_start") (local i32)
    (local.set 0 (i32.sub (global.get $__stack_pointer) (i32.const 16)))
    (call $middle) (call $small) (call $middle) (drop (i32.add (i32.const 1) (i32.const 2)))))
'''


@pytest.fixture
def assemble(tmp_path):
    """assemble(TEXT): the path of a binary module with names."""
    def make(text):
        (tmp_path / 'm.wat').write_text(text)
        subprocess.run(['wat2wasm', '--enable-all', '--debug-names', 'm.wat', '-o', 'm.wasm'], cwd=tmp_path, check=True)
        return tmp_path / 'm.wasm'
    return make


@pytest.fixture
def page(run_wasmelt, tmp_path):
    """page(WASM): the file with the page."""
    def make(wasm):
        file = tmp_path / 'page.html'
        done = run_wasmelt('inspect', '--html', wasm, '-o', file)
        assert done.returncode == 0 and done.stdout == '' and done.stderr == ''
        return file
    return make


def facts_of(text):
    return json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', text, re.S)[1])


@pytest.fixture(scope='module')
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp('browser')) as made:
        yield made


def colours(png):
    """The different bytes triples of an image that a browser made: 8 bits, RGB or RGBA, not interlaced; filters do not matter here."""
    width, height, depth, kind = struct.unpack('>IIBB', png[16:26])
    assert png[:8] == b'\x89PNG\r\n\x1a\n' and depth == 8 and kind in (2, 6) and width > 100 and height > 100
    data, at = b'', 8
    while at < len(png):
        length, name = struct.unpack('>I4s', png[at:at + 8])
        data += png[at + 8:at + 8 + length] if name == b'IDAT' else b''
        at += length + 12
    return len(set(zlib.decompress(data)))


# ---- The file ----

def test_the_page_has_the_facts_of_json(assemble, run_wasmelt, page):
    wasm = assemble(PROGRAM)
    assert facts_of(page(wasm).read_text()) == json.loads(run_wasmelt('inspect', '--json', wasm).stdout)


def test_it_goes_to_standard_output_without_o(assemble, run_wasmelt, page):
    wasm = assemble(PROGRAM)
    done = run_wasmelt('inspect', '--html', wasm)
    assert done.returncode == 0 and done.stdout == page(wasm).read_text()


def test_the_text_and_json_go_to_a_file_too(assemble, run_wasmelt, tmp_path):
    wasm = assemble(PROGRAM)
    for option in ([], ['--json'], ['-v']):
        assert run_wasmelt('inspect', *option, wasm, '-o', tmp_path / 'said').returncode == 0
        assert (tmp_path / 'said').read_text() == run_wasmelt('inspect', *option, wasm).stdout


def test_a_result_that_cannot_be_written_is_an_error(assemble, run_wasmelt, tmp_path):
    wasm = assemble(PROGRAM)
    for output, message in ((tmp_path / 'none' / 'page.html', 'No such file'), (wasm, 'is the input'), ('/dev/full', 'No space')):
        before = wasm.read_bytes()
        done = run_wasmelt('inspect', '--html', wasm, '-o', output)
        assert done.returncode == 1 and message in done.stderr and wasm.read_bytes() == before


def test_two_formats_are_wrong_usage(assemble, run_wasmelt):
    done = run_wasmelt('inspect', '--html', '--json', assemble(PROGRAM))
    assert done.returncode == 2 and 'exclude' in done.stderr


HOSTILE = ['</script><script>document.title = "bad"</script>', '<img src=x onerror="document.title=\'bad\'">', '<!--<script>', '{facts}{script}',
           '\u2028\u202e]]>', "'\"`${document.title='bad'}"]


@pytest.fixture
def hostile(assemble):
    """A module whose names are markup."""
    quoted = [''.join(f'\\{byte:02x}' for byte in name.encode()) for name in HOSTILE]
    functions = ''.join(f'(func (export "{name}"))' for name in quoted)
    imports = ''.join(f'(import "{name}" "{name}" (func))' for name in quoted)
    return assemble(f'(module {imports} {functions})')


def test_names_in_a_module_are_no_markup(hostile, page):
    text = page(hostile).read_text()
    assert text.count('<script') == 2 and text.count('</script') == 2 and '<img' not in text and '<!--' not in text
    facts = facts_of(text)
    assert [e['name'].encode().decode('unicode_escape') if '\\' in e['name'] else e['name'] for e in facts['exports']][0] == HOSTILE[0]


def test_the_page_names_no_other_address(assemble, page):
    addresses = re.findall(r'https?://[^"\' ]*', page(assemble(PROGRAM)).read_text())
    assert set(addresses) <= {'http://www.w3.org/2000/svg'}


# ---- In a browser ----

@in_browser
def test_the_page_is_drawn_without_errors_and_requests(assemble, page, browser):
    file = page(assemble(PROGRAM))
    browser.open(file)
    assert browser.evaluate('document.documentElement.dataset.drawn') == 'yes'
    assert browser.problems == [] and browser.requests == [file.as_uri()]
    assert colours(browser.screenshot()) > 20
    assert browser.evaluate('document.querySelectorAll("#memory svg rect.data, #memory svg rect.stack, #memory svg rect.heap").length') == 5
    text = browser.evaluate('document.body.innerText')
    for said in ('m.wasm', 'It lies from 0x10000 down to 0x1000, 60 KiB', 'silently overwrites the data below it: first the data that end at 0x409',
                 'begins with 192 KiB; declares a maximum of 640 KiB; reserves 6 GiB', "Wasmelt's runtime", 'the host', '(i32) -> ()'):
        assert said in text


@in_browser
def test_hostile_names_are_only_shown(hostile, page, browser):
    browser.open(page(hostile))
    assert browser.problems == [] and browser.evaluate('document.title') != 'bad' and browser.evaluate('document.images.length') == 0
    assert browser.evaluate('document.documentElement.dataset.drawn') == 'yes'
    assert '<img src=x onerror=' in browser.evaluate('document.body.innerText')


@in_browser
def test_searching_lights_and_lists_functions(assemble, page, browser):
    browser.open(page(assemble(PROGRAM)))
    browser.evaluate('document.getElementById("search").focus()')
    for letter in 'small':
        browser.press(letter)
    assert browser.evaluate('[...document.querySelectorAll("#treemap .hit")].map(b => b.title.split(":")[0]).join()') == 'small'
    assert browser.evaluate('document.querySelector("#results caption").textContent').startswith('1 function found')


@in_browser
def test_everything_is_reached_by_keyboard(assemble, page, browser):
    browser.open(page(assemble(PROGRAM)))
    browser.evaluate('document.getElementById("search").focus()')
    browser.press('Tab')
    inside = 'document.activeElement.closest("#treemap") !== null'
    assert browser.evaluate(inside)
    seen = set()
    for key in ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'ArrowUp'] * 6:
        seen.add(browser.evaluate('document.activeElement.title'))
        browser.press(key)
        assert browser.evaluate(inside)
    assert len(seen) > 2
    browser.press('Tab')
    assert not browser.evaluate(inside)
    browser.evaluate('[...document.querySelectorAll(".node")].find(n => n.textContent.includes("middle")).focus()')
    browser.press('Enter')
    shown = browser.evaluate('document.getElementById("neighbours").innerText')
    assert re.search(r'middle.*Called by \(1\).*large.*Calls \(2\).*small.*env tick', shown, re.S)


@in_browser
def test_pictures_have_texts(assemble, page, browser):
    browser.open(page(assemble(PROGRAM)))
    nodes = browser.nodes()
    assert [name for role, name in nodes if role in ('image', 'button', 'link', 'searchbox', 'region') and not name.strip()] == []
    pictures = [name for role, name in nodes if role == 'image']
    assert len(pictures) == 2 and 'shadow stack' in pictures[0] and 'guard' in pictures[1]


@pytest.mark.not_quick
@in_browser
def test_what_has_no_name_to_see_is_called_by_its_index(assemble, page, browser):
    """Empty names, spaces, separators, marks of direction: a button with such a text could not be told from others, or heard."""
    names = ['', ' ', '\\e2\\80\\a8', '\\e2\\80\\8f', '\\ef\\bb\\bf']
    functions = ''.join(f'(func (export "{name}") (call 0))' for name in names)
    browser.open(page(assemble(f'(module (import "" "" (func)) {functions})')))
    nodes = browser.nodes()
    assert [name for role, name in nodes if role == 'button' and not name.strip()] == []
    assert sum(name == 'function 1' for role, name in nodes if role == 'button') > 0
    assert 'import 0' in browser.evaluate('document.getElementById("neighbours").innerText')


@pytest.mark.not_quick
@in_browser
@pytest.mark.parametrize('wat', ['(module)', '(module (memory 0))', '(module (import "a" "f" (func)))', '(module (memory i64 1 0x1000000000000))',
                                 '(module (func $f (call $f)))', '(module (func $f (call $g)) (func $g (call $f) (call $h)) (func $h (call $g)))'])
def test_small_and_odd_modules_are_drawn(assemble, page, browser, wat):
    browser.open(page(assemble(wat)))
    assert browser.problems == [] and browser.evaluate('document.documentElement.dataset.drawn') == 'yes'
