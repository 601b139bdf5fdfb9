"""What a module is, as a page to look at, and as facts for a script: this one could keep a module that needs more than WASI out of a release.

    clang --target=wasm32-wasi -O2 ../hello/hello.c -o hello.wasm
    wasmelt inspect --html hello.wasm -o hello.html
    wasmelt inspect --json hello.wasm -o hello.json
    python3 check.py hello.json hello.html

Any browser shows hello.html; it needs no network and no other file.
"""
import json
import re
import sys

facts = json.load(open(sys.argv[1], encoding='utf-8'))
page = open(sys.argv[2], encoding='utf-8').read()
drawn = json.loads(re.search(r'<script type="application/json" id="facts">(.*?)</script>', page, re.S)[1])

strangers = [f'{i["module"]} {i["name"]}' for i in facts['imports'] if i['provided_by'] != 'wasmelt']
stack, memory = facts['shadow_stack'], facts['memories'][0]
print('a program:', facts['wasmelt']['translates'] and facts['wasmelt']['use'] == 'program')
print('needs from elsewhere:', ', '.join(strangers) or 'nothing')
print('its memory:', memory['minimum'] * memory['page_size'] // 1024, 'KiB, bounds by', memory['bounds'])
print('an overflow of its stack:', stack['overflow'] if stack else 'not known')
print('the page draws these facts:', facts == drawn)
sys.exit(bool(strangers))
