/* Draws the page from the facts of `wasmelt inspect --json`. All text of the module goes into the document as text, never as markup. */
'use strict';
const facts = JSON.parse(document.getElementById('facts').textContent);
const SVG = 'http://www.w3.org/2000/svg';

/* ---- Making elements ---- */

function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (name.startsWith('on'))
            element.addEventListener(name.slice(2), value);
        else if (value !== false && value !== null && value !== undefined)
            element.setAttribute(name, value === true ? '' : value);
    }
    element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined));
    return element;
}
const el = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);
const part = id => document.getElementById(id);
const add = (id, ...children) => part(id).append(...children.flat(Infinity));

/* A table: columns are {title, number}, rows are arrays of texts or elements. Long ones scroll. */
function table(caption, columns, rows) {
    const cell = (value, k) => el('td', {class: columns[k].number ? 'number' : null}, value);
    const made = el('table', {}, el('caption', {}, caption),
        el('thead', {}, el('tr', {}, columns.map(c => el('th', {scope: 'col', class: c.number ? 'number' : null}, c.title)))),
        el('tbody', {}, rows.map(row => el('tr', {}, row.map(cell)))));
    return rows.length > 16 ? el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption}, made) : made;
}
const code = text => el('code', {}, text);

/* ---- Words and numbers ---- */

const grouped = n => n.toLocaleString('en-US');
function size(bytes) {
    const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
    let unit = 0, value = bytes;
    while (value >= 1024 && unit < units.length - 1) {
        value /= 1024;
        unit++;
    }
    return unit === 0 ? `${grouped(bytes)} bytes` : `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`;
}
const share = (part, whole) => `${(100 * part / Math.max(whole, 1)).toFixed(1)} %`;
const address = n => `0x${n.toString(16)}`;
const plural = (n, word) => `${grouped(n)} ${word}${n === 1 ? '' : 's'}`;

const functions = new Map(facts.functions.list.map(f => [f.index, f]));
const importedNames = facts.imports.filter(i => i.kind === 'func').map(i => `${i.module} ${i.name}`);
const exportedNames = new Map(facts.exports.filter(e => e.kind === 'func').map(e => [e.index, e.name]));
const isImported = index => index < facts.functions.imported;
const isShown = name => /[^\p{C}\p{Z}]/u.test(name ?? ''); /* a name may be empty, or of spaces and marks that nobody sees */
function functionName(index) {
    if (isImported(index))
        return isShown(importedNames[index]) ? importedNames[index] : `import ${index}`;
    return [functions.get(index).name, exportedNames.get(index)].find(isShown) ?? `function ${index}`;
}
const largestFirst = [...facts.functions.list].sort((a, b) => b.bytes - a.bytes || a.index - b.index);

/* ---- At a glance ---- */

const uses = {
    program: 'a program: Wasmelt makes an executable of it',
    library: 'a library: it needs nothing but WASI',
    hosted: 'for a host, which has to provide some of its imports',
};
function drawSummary() {
    const name = isShown(facts.name) ? facts.name : facts.file.replace(/^.*\//, '');
    document.title = `${name}: WebAssembly module`;
    part('title').textContent = name;
    const w = facts.wasmelt, problem = w.problem;
    part('verdict').textContent = problem
        ? `It cannot be translated: ${problem.message}` + (problem.offset === null ? '.' : ` (at byte ${address(problem.offset)}).`)
        : `It can be translated. It is ${uses[w.use]}.` +
          (w.linkage === 'final' ? '' : ` It is ${w.linkage === 'object' ? 'an object file, not linked yet' : 'made for a dynamic linker'}.`);
    const start = facts.functions.start;
    const cards = [
        [size(facts.bytes), 'file'], [grouped(facts.functions.defined), 'functions'], [size(facts.functions.bytes), 'code'],
        [size(facts.data.bytes), plural(facts.data.segments, 'data segment')], [grouped(facts.imports.length), 'imports'],
        [grouped(facts.exports.length), 'exports'], [w.dwarf ? 'yes' : 'no', 'source lines (DWARF)'],
    ];
    if (start !== null)
        cards.push([functionName(start), 'runs when it is instantiated']);
    add('summary', el('ul', {class: 'cards'}, cards.map(([value, what]) => el('li', {}, el('strong', {}, value), what))));
}

/* ---- Memory ---- */

/* Data segments of a memory as ranges, those that nearly touch taken together. */
function dataRanges(memory, near) {
    const ranges = facts.data.list.filter(s => s.memory === memory && s.address !== null && s.bytes > 0)
        .map(s => ({from: s.address, to: s.address + s.bytes, kind: 'data', count: 1, bytes: s.bytes})).sort((a, b) => a.from - b.from);
    const joined = [];
    for (const r of ranges) {
        const last = joined[joined.length - 1];
        if (last && r.from <= last.to + near) {
            last.to = Math.max(last.to, r.to);
            last.count++;
            last.bytes += r.bytes;
        } else {
            joined.push({...r});
        }
    }
    for (const r of joined)
        r.what = `data: ${plural(r.count, 'segment')}, ${size(r.bytes)}`;
    return joined;
}

/* What is where in memory `k` when the module begins. */
function regionsAtStart(k, bytes) {
    const regions = dataRanges(k, bytes / 2000), stack = k === 0 ? facts.shadow_stack : null;
    let heapFrom = k === 0 ? facts.heap_base : null;
    if (stack && stack.low !== null && stack.high !== null)
        regions.push({from: stack.low, to: stack.high, kind: 'stack', what: 'shadow stack, which grows down' + (stack.low_is_exact ? '' : '; zeroed data may be in its lower part')});
    if (heapFrom !== null && heapFrom < bytes)
        regions.push({from: heapFrom, to: bytes, kind: 'heap', what: 'heap'});
    return regions.sort((a, b) => a.from - b.from);
}

/* What an overflow of the shadow stack meets. */
function overflowText() {
    const s = facts.shadow_stack;
    if (!s)
        return 'No shadow stack was recognised: variables in linear memory, if there are any, are not on a stack that this page knows.';
    const where = s.low === null ? '' : ` It lies from ${address(s.high)} down to ${address(s.low)}, ${size(s.high - s.low)}.`;
    const below = s.low === null ? null : dataRanges(0, 0).filter(r => r.to <= s.low).pop();
    const what = {
        'traps': 'Nothing is below it: when it overflows, the program traps.',
        'overwrites data': 'When it overflows, it silently overwrites the data below it' +
            (below ? `: first the data that end at ${address(below.to)}.` : '.'),
        'unknown': 'What an overflow would hit is not known.',
    }[s.overflow];
    return `The shadow stack was recognised by ${s.found_by}.${where} ${what}`;
}

function bar(title, from, to, regions) {
    const WIDTH = 1000, HEIGHT = 54, scale = WIDTH / Math.max(to - from, 1), x = at => (at - from) * scale;
    const boxes = regions.map(r => {
        const width = Math.max(x(r.to) - x(r.from), 1.5);
        const box = svg('rect', {x: Math.min(x(r.from), WIDTH - 1.5), y: 0, width, height: HEIGHT, class: r.kind});
        box.append(svg('title', {}, `${address(r.from)} to ${address(r.to)}: ${r.what}`));
        return r.kind === 'stack' && width > 24 ? [box, svg('text', {x: x(r.from) + width / 2 - 6, y: 33}, '\u2190')] : [box];
    });
    const ticks = [0, .25, .5, .75, 1].map(t => {
        const anchor = t === 0 ? 'start' : t === 1 ? 'end' : 'middle';
        return svg('text', {x: t * WIDTH, y: HEIGHT + 16, 'text-anchor': anchor}, size(Math.round(from + t * (to - from))));
    });
    const spoken = regions.map(r => `${r.what}, ${address(r.from)} to ${address(r.to)}`).slice(0, 12).join('; ');
    return el('figure', {style: 'margin: .5rem 0'}, el('figcaption', {}, title),
        svg('svg', {viewBox: `0 0 ${WIDTH} ${HEIGHT + 22}`, role: 'img', 'aria-label': `${title}: ${spoken || 'empty'}`},
            svg('rect', {x: 0, y: 0, width: WIDTH, height: HEIGHT, class: 'free'}), boxes,
            svg('rect', {x: .5, y: .5, width: WIDTH - 1, height: HEIGHT - 1, class: 'frame'}), ticks));
}

function rangeTable(regions) {
    return table('The same as a table', [{title: 'From'}, {title: 'To'}, {title: 'Size', number: true}, {title: 'What'}],
        regions.map(r => [code(address(r.from)), code(address(r.to)), size(r.to - r.from), [el('span', {class: `swatch ${r.kind}`}), r.what]]));
}

function drawMemory(k) {
    const m = facts.memories[k], minimum = m.minimum * m.page_size, reserved = Math.max(m.reserved_bytes, minimum);
    const indexLimit = m.index_type === 'i32' ? 2 ** 32 : 2 ** 64;
    const declared = m.maximum === null ? null : m.maximum * m.page_size;
    const most = Math.min(declared ?? indexLimit, indexLimit, reserved);
    const about = [`begins with ${size(minimum)}`,
        declared === null ? 'declares no maximum' : `declares a maximum of ${size(declared)}`,
        `reserves ${size(reserved)} of address space`,
        m.bounds === 'guard' ? 'accesses are checked by the guard pages' : 'accesses are checked by comparisons'];
    if (m.shared)
        about.push('shared between threads');
    if (m.imported)
        about.push('imported');
    const parts = [el('h3', {}, `Memory ${k}`), el('p', {}, `${about.join('; ')}.`)];
    if (minimum > 0) {
        const regions = regionsAtStart(k, minimum);
        parts.push(bar('At the start, to scale', 0, minimum, regions));
        if (regions.length > 0)
            parts.push(el('details', {}, el('summary', {}, 'Regions'), rangeTable(regions)));
    }
    const space = [{from: 0, to: minimum, kind: 'heap', what: 'present at the start'},
        {from: minimum, to: most, kind: 'grow', what: 'what it may grow to'}, {from: most, to: reserved, kind: 'guard', what: 'guard: every access traps'}];
    const shown = space.filter(r => r.to > r.from);
    parts.push(bar('Address space reserved by default, to scale', 0, reserved, shown), el('details', {}, el('summary', {}, 'Ranges'), rangeTable(shown)));
    if (k === 0)
        parts.push(el('p', {}, overflowText()));
    return parts;
}

function drawMemories() {
    if (facts.memories.length === 0)
        add('memory', el('p', {class: 'note'}, 'The module has no memory.'));
    const shown = facts.memories.slice(0, 16).map((m, k) => drawMemory(k));
    add('memory', shown.flat());
    if (facts.memories.length > 16)
        add('memory', el('p', {class: 'note'}, `${facts.memories.length - 16} more are not drawn.`));
    else if (facts.memories.length > 0)
        add('memory', el('p', {class: 'note'}, [['data', 'data'], ['stack', 'shadow stack'], ['heap', 'heap, or present'], ['grow', 'may grow to'],
            ['guard', 'guard'], ['free', 'zeros, or not known']].map(([kind, what]) => [el('span', {class: `swatch ${kind}`}), `${what}  `])));
}

/* ---- Treemap ---- */

const MOST_LEAVES = 1500; /* of a section; the rest is one box */

function leavesOf(list, total, makeLeaf) {
    const shown = list.slice(0, MOST_LEAVES).map(makeLeaf), rest = list.slice(MOST_LEAVES);
    if (rest.length > 0)
        shown.push({...makeLeaf(rest[0]), name: `${grouped(rest.length)} smaller ones`, bytes: rest.reduce((sum, x) => sum + x.bytes, 0), index: null});
    return shown.filter(leaf => leaf.bytes > 0);
}

function sizeTree() {
    return facts.sections.filter(s => s.size > 0).map(s => {
        const name = s.name ?? s.section;
        if (s.section === 'code')
            return {name, bytes: s.size, kind: 'code', leaves: leavesOf(largestFirst, s.size,
                f => ({name: functionName(f.index), bytes: f.bytes, kind: 'code', index: f.index, title: `function ${f.index}`}))};
        if (s.section === 'data')
            return {name, bytes: s.size, kind: 'data', leaves: leavesOf([...facts.data.list].sort((a, b) => b.bytes - a.bytes), s.size,
                d => ({name: d.address === null ? 'data' : `data at ${address(d.address)}`, bytes: d.bytes, kind: 'data', title: 'data segment'}))};
        const kind = s.section === 'custom' ? 'custom' : 'other';
        return {name, bytes: s.size, kind, leaves: [{name, bytes: s.size, kind, title: `${s.section} section`}]};
    }).filter(group => group.leaves.length > 0).sort((a, b) => b.bytes - a.bytes);
}

/* Squarified treemap (Bruls, Huizing, van Wijk): gives each item, largest first, a box in proportion to its bytes. */
function squarify(items, box, place) {
    const total = items.reduce((sum, item) => sum + item.bytes, 0), area = box.w * box.h / Math.max(total, 1);
    let {x, y, w, h} = box, k = 0;
    const worst = (row, sum, side) => {
        const length = sum * area / side;
        return Math.max(...[row[0], row[row.length - 1]].map(i => {
            const other = i.bytes * area / length;
            return Math.max(length / other, other / length);
        }));
    };
    while (k < items.length) {
        const side = Math.min(w, h), row = [items[k]];
        let sum = items[k++].bytes;
        while (k < items.length && worst([...row.slice(0, 1), items[k]], sum + items[k].bytes, side) <= worst(row, sum, side)) {
            sum += items[k].bytes;
            row.push(items[k++]);
        }
        const thick = side > 0 ? sum * area / side : 0;
        let along = 0;
        for (const item of row) {
            const long = side * item.bytes / sum;
            place(item, w < h ? {x: x + along, y, w: long, h: thick} : {x, y: y + along, w: thick, h: long});
            along += long;
        }
        if (w < h)
            [y, h] = [y + thick, h - thick];
        else
            [x, w] = [x + thick, w - thick];
    }
}

const leafBoxes = []; /* {button, leaf, x, y, w, h}, in the order of the document */

function describeLeaf(leaf) {
    return `${leaf.name}: ${grouped(leaf.bytes)} bytes, ${share(leaf.bytes, facts.bytes)} of the file (${leaf.title})`;
}

function drawTreemap(map, say) {
    const box = {x: 0, y: 0, w: map.clientWidth || 900, h: map.clientHeight || 500};
    map.replaceChildren();
    leafBoxes.length = 0;
    squarify(sizeTree(), box, (group, outer) => squarify(group.leaves, outer, (leaf, b) => {
        const button = el('button', {type: 'button', class: `is-${leaf.kind}`, tabindex: -1, title: describeLeaf(leaf), 'aria-label': describeLeaf(leaf),
            style: `left:${b.x}px;top:${b.y}px;width:${b.w}px;height:${b.h}px`, onfocus: () => say.textContent = describeLeaf(leaf),
            onclick: () => leaf.index !== null && leaf.index !== undefined && showNeighbours(leaf.index)}, b.w > 30 && b.h > 13 ? leaf.name : '');
        leafBoxes.push({button, leaf, ...b});
        map.append(button);
    }));
    if (leafBoxes.length > 0)
        leafBoxes[0].button.tabIndex = 0;
}

/* The arrow keys go to the nearest box in their direction. */
function moveFocus(event) {
    const here = leafBoxes.find(b => b.button === document.activeElement), way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!here || !way)
        return;
    event.preventDefault();
    const middle = b => [b.x + b.w / 2, b.y + b.h / 2], [hx, hy] = middle(here);
    let best = null, least = Infinity;
    for (const b of leafBoxes) {
        const [x, y] = middle(b), ahead = (x - hx) * way[0] + (y - hy) * way[1], aside = Math.abs((x - hx) * way[1]) + Math.abs((y - hy) * way[0]);
        if (b !== here && ahead > 0 && ahead + 2 * aside < least)
            [best, least] = [b, ahead + 2 * aside];
    }
    if (best) {
        here.button.tabIndex = -1;
        best.button.tabIndex = 0;
        best.button.focus();
    }
}

function functionLink(index) {
    return el('button', {type: 'button', class: 'link', onclick: () => showNeighbours(index, true)}, functionName(index));
}

function drawSize() {
    const map = el('div', {id: 'treemap', role: 'group', 'aria-label': 'Treemap of the file: sections, functions and data segments by size. Arrow keys move.', onkeydown: moveFocus});
    const say = el('p', {class: 'note', 'aria-live': 'polite'}, 'Each box is a function, a data segment or a section, as large as its bytes.');
    const results = el('div', {id: 'results'});
    const input = el('input', {type: 'search', id: 'search', autocomplete: 'off', oninput: () => search(input.value, map, results)});
    add('size', el('div', {class: 'search'}, el('label', {for: 'search'}, 'Find functions by name or index'), input), map, say, results);
    drawTreemap(map, say);
    let width = map.clientWidth;
    addEventListener('resize', () => {
        if (map.clientWidth !== width) {
            width = map.clientWidth;
            drawTreemap(map, say);
        }
    });
    search('', map, results);
}

function search(text, map, results) {
    const MOST = 200, wanted = text.trim().toLowerCase(), isFound = f => functionName(f.index).toLowerCase().includes(wanted) || String(f.index) === wanted;
    const found = wanted === '' ? largestFirst : largestFirst.filter(isFound), bytes = found.reduce((sum, f) => sum + f.bytes, 0);
    const hits = new Set(found.map(f => f.index));
    map.classList.toggle('filtered', wanted !== '');
    for (const b of leafBoxes)
        b.button.classList.toggle('hit', hits.has(b.leaf.index));
    const what = wanted === '' ? `The largest of ${plural(found.length, 'function')}` : `${plural(found.length, 'function')} found, ${size(bytes)}`;
    results.replaceChildren(table(what, [{title: 'Bytes', number: true}, {title: 'Share', number: true}, {title: 'Index', number: true}, {title: 'Function'}],
        found.slice(0, wanted === '' ? 20 : MOST).map(f => [grouped(f.bytes), share(f.bytes, facts.bytes), String(f.index), functionLink(f.index)])));
}

/* ---- Calls ---- */

const MOST_NODES = 24, MOST_NEIGHBOURS = 60;

/* Layers: each function is right of those that call it, but for calls that close a circle. */
function layersOf(nodes, edges) {
    const layer = new Map(), state = new Map(), back = new Set();
    for (const root of nodes) {
        const stack = [[root, 0]];
        while (stack.length > 0) {
            const top = stack[stack.length - 1], [n] = top, out = edges.filter(e => e.from === n);
            state.set(n, state.get(n) ?? 1);
            if (top[1] >= out.length || state.get(n) === 2) {
                state.set(n, 2);
                stack.pop();
                continue;
            }
            const e = out[top[1]++];
            if (state.get(e.to) === 1)
                back.add(e);
            else if (!state.has(e.to))
                stack.push([e.to, 0]);
        }
    }
    for (const n of nodes)
        layer.set(n, 0);
    for (let pass = 0; pass < nodes.length; pass++)
        for (const e of edges)
            if (!back.has(e) && layer.get(e.to) < layer.get(e.from) + 1)
                layer.set(e.to, layer.get(e.from) + 1);
    return layer;
}

function drawGraph() {
    const nodes = largestFirst.slice(0, MOST_NODES).map(f => f.index), inside = new Set(nodes);
    const edges = nodes.flatMap(from => functions.get(from).calls.filter(to => inside.has(to) && to !== from).map(to => ({from, to})));
    const layer = layersOf(nodes, edges), columns = [];
    for (const n of nodes)
        (columns[layer.get(n)] ??= []).push(n);
    const W = 190, H = 30, GAP_X = 70, GAP_Y = 12, rows = Math.max(1, ...columns.filter(Boolean).map(c => c.length));
    const at = new Map();
    columns.filter(Boolean).forEach((column, c) => column.forEach((n, r) => at.set(n, {x: 8 + c * (W + GAP_X), y: 8 + (r + (rows - column.length) / 2) * (H + GAP_Y)})));
    const width = 16 + columns.filter(Boolean).length * (W + GAP_X) - GAP_X, height = 16 + rows * (H + GAP_Y) - GAP_Y;
    const lines = edges.map(e => {
        const a = at.get(e.from), b = at.get(e.to), x1 = a.x + W, y1 = a.y + H / 2, x2 = b.x, y2 = b.y + H / 2, bend = Math.max(40, Math.abs(x2 - x1) / 2);
        return svg('path', {class: 'edge', 'data-from': e.from, 'data-to': e.to, d: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`});
    });
    const light = n => lines.forEach(l => l.classList.toggle('lit', l.dataset.from === String(n) || l.dataset.to === String(n)));
    const boxes = nodes.map(n => {
        const {x, y} = at.get(n), name = functionName(n), choose = () => showNeighbours(n);
        const label = `${name}, ${grouped(functions.get(n).bytes)} bytes, calls ${plural(functions.get(n).calls.length, 'function')}`;
        return svg('g', {class: 'node', tabindex: 0, role: 'button', 'aria-label': label, 'data-function': n, onfocus: () => light(n), onmouseenter: () => light(n), onclick: choose,
            onkeydown: event => {
                if (event.key === 'Enter' || event.key === ' ') {
                    event.preventDefault();
                    choose();
                }
            }}, svg('title', {}, label), svg('rect', {x, y, width: W, height: H, rx: 4}), svg('text', {x: x + 8, y: y + 19}, name.length > 26 ? `${name.slice(0, 25)}\u2026` : name));
    });
    return el('div', {class: 'graph', tabindex: -1}, svg('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': `Calls between the ${nodes.length} largest functions`}, lines, boxes));
}

const callers = new Map();
for (const f of facts.functions.list)
    for (const to of f.calls)
        (callers.get(to) ?? callers.set(to, []).get(to)).push(f.index);

function neighbourList(title, list) {
    const bytesOf = index => isImported(index) ? 0 : functions.get(index).bytes, sorted = [...list].sort((a, b) => bytesOf(b) - bytesOf(a));
    const rest = sorted.length - MOST_NEIGHBOURS;
    const lines = sorted.slice(0, MOST_NEIGHBOURS).map(n => el('li', {}, isImported(n) ? [code(functionName(n)), ' (imported)'] : [functionLink(n), ` ${grouped(bytesOf(n))} bytes`]));
    return el('div', {}, el('h3', {}, `${title} (${grouped(list.length)})`), list.length === 0 ? el('p', {class: 'note'}, 'none directly') : el('ul', {}, lines, rest > 0 ? el('li', {class: 'faint'}, `${grouped(rest)} more`) : null));
}

function showNeighbours(index, goThere) {
    const f = functions.get(index), panel = part('neighbours');
    for (const node of document.querySelectorAll('.node'))
        node.classList.toggle('chosen', node.dataset.function === String(index));
    panel.replaceChildren(
        el('h3', {tabindex: -1}, functionName(index)),
        el('p', {}, `Function ${index}, ${grouped(f.bytes)} bytes at ${address(f.offset)}` + (exportedNames.has(index) ? `, exported as "${exportedNames.get(index)}".` : '.')),
        el('div', {class: 'columns'}, neighbourList('Called by', callers.get(index) ?? []), neighbourList('Calls', f.calls)));
    if (goThere)
        panel.firstChild.focus();
}

function drawCalls() {
    if (largestFirst.length === 0) {
        add('calls', el('p', {class: 'note'}, 'The module defines no functions.'));
        return;
    }
    const count = Math.min(MOST_NODES, largestFirst.length);
    add('calls', el('p', {class: 'note'}, `${count === 1 ? 'The only function' : `The ${count} largest functions`} and the direct calls between them; ` +
            'calls through tables and references are not known. Choose one for its callers and callees.'),
        drawGraph(), el('div', {id: 'neighbours', 'aria-live': 'polite'}));
    showNeighbours(largestFirst[0].index);
}

/* ---- Lists ---- */

function entityText(e) {
    switch (e.kind) {
    case 'func':
    case 'tag':
        return e.signature;
    case 'memory':
        return `${e.minimum} to ${e.maximum ?? 'any'} pages of ${size(e.page_size)}${e.shared ? ', shared' : ''}`;
    case 'table':
        return `${e.minimum} to ${e.maximum ?? 'any'} of ${e.element}`;
    default:
        return (e.mutable ? 'mutable ' : '') + e.value_type;
    }
}

function drawLists() {
    const providers = {wasmelt: "Wasmelt's runtime", host: 'the host'};
    const nothing = what => el('p', {class: 'note'}, what);
    add('imports', facts.imports.length === 0 ? nothing('It imports nothing.') :
        table('What it needs, and who provides it', [{title: 'Module'}, {title: 'Name'}, {title: 'Kind'}, {title: 'Type'}, {title: 'Provided by'}],
            facts.imports.map(i => [code(i.module), code(i.name), i.kind, code(entityText(i)), providers[i.provided_by]])));
    add('exports', facts.exports.length === 0 ? nothing('It exports nothing.') :
        table('What it offers', [{title: 'Name'}, {title: 'Kind'}, {title: 'Type'}],
            facts.exports.map(e => [e.kind === 'func' && !isImported(e.index) ? [functionLink(e.index), e.name === functionName(e.index) ? '' : ` as ${e.name}`] : code(e.name), e.kind, code(entityText(e))])));
    add('features', facts.features.length === 0 ? nothing('Nothing beyond the first version.') :
        table('Beyond the first version', [{title: 'Feature'}, {title: 'Instructions', number: true}, {title: 'First used'}],
            facts.features.map(f => [f.name, grouped(f.instructions), (f.offset === null ? '' : `byte ${address(f.offset)}`) + (f.function === null ? '' : `, in ${functionName(f.function)}`)])));
    const field = f => (f.mutable ? 'mutable ' : '') + f.type;
    const typeText = t => t.kind === 'func' ? `(${t.params.join(', ')}) \u2192 (${t.results.join(', ')})` : t.kind === 'array' ? field(t.fields[0]) : `{${t.fields.map(field).join('; ')}}`;
    add('types', facts.types.length === 0 ? nothing('It has no types.') :
        table(plural(facts.types.length, 'type'), [{title: 'Index', number: true}, {title: 'Kind'}, {title: 'Type'}, {title: 'Supertype'}],
            facts.types.slice(0, 2000).map((t, k) => [String(k), t.kind, [t.name ? `${t.name}: ` : '', code(typeText(t))], t.supertype === null || t.supertype === undefined ? '' : String(t.supertype)])));
    const rows = facts.producers.map(p => [p.field, `${p.name} ${p.version}`]);
    if (facts.target_features.length > 0)
        rows.push(['target features', facts.target_features.map(f => f.prefix + f.name).join(' ')]);
    add('origin', rows.length === 0 ? nothing('The compiler left no note.') : table('As the tools that made it noted', [{title: 'What'}, {title: 'Value'}], rows));
    add('origin', nothing(`File: ${facts.file}, ${grouped(facts.bytes)} bytes.`));
}

drawSummary();
drawMemories();
drawSize();
drawCalls();
drawLists();
document.documentElement.dataset.drawn = 'yes';
