// TensorFlow.js's kernels with SIMD, as its JavaScript calls them: node tfjs.mjs PACKAGE
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
const folder = `${process.argv[2]}/wasm-out`;
const tf = await require(`${folder}/tfjs-backend-wasm.js`)({wasmBinary: readFileSync(`${folder}/tfjs-backend-wasm-simd.wasm`)});
tf._init();
let ids = 0;
function tensor(numbers) {
  const at = tf._malloc(numbers.length * 4), id = ids++;
  tf.HEAPF32.set(numbers, at / 4);
  tf._register_tensor(id, numbers.length, at);
  return {id, at};
}
function shape(...sizes) {
  const bytes = new Uint8Array(new Int32Array(sizes).buffer), at = tf._malloc(bytes.length);
  tf.HEAPU8.set(bytes, at);
  return at;
}
const series = (n, f) => Float32Array.from({length: n}, (_, k) => f(k));
const n = 37 * 41;
const a = tensor(series(n, k => Math.fround((k * 7919 % 1000) / 97 - 5))), b = tensor(series(n, k => Math.fround((k * 104729 % 1000) / 53 - 9)));
const goal = tensor(new Float32Array(37 * 37)), same = tensor(new Float32Array(n));
const dims = shape(37, 41), type = 0; // float32
for (const f of ['_Add', '_Sub', '_Multiply', '_RealDiv', '_Maximum', '_Minimum', '_SquaredDifference'])
  if (tf[f]) tf[f](a.id, dims, 2, b.id, dims, 2, type, same.id);
for (const f of ['_Abs', '_Ceil', '_Floor', '_Exp', '_Sqrt', '_Square', '_Tanh', '_Relu', '_Relu6', '_Sigmoid', '_Neg', '_Cos', '_Sin', '_Round', '_Elu'])
  if (tf[f]) tf[f](a.id, type, same.id);
tf._BatchMatMul(a.id, shape(1, 37, 41), 3, b.id, shape(1, 41, 37), 3, 0, 0, goal.id);
tf._Transpose(a.id, dims, 2, type, same.id, shape(1, 0), 2);
const image = tensor(series(32 * 32 * 4, k => Math.fround(Math.sin(k)))), filter = tensor(series(3 * 3 * 4 * 8, k => Math.fround((k % 13) / 7 - 1)));
const convolved = tensor(new Float32Array(32 * 32 * 8));
tf._Conv2D(image.id, 1, 32, 32, filter.id, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 4, 8, convolved.id);
const sum = tf.HEAPF32.subarray(convolved.at / 4, convolved.at / 4 + 32 * 32 * 8).reduce((x, y) => x + Math.abs(y), 0);
if (!(sum > 0)) throw Error('no convolution');
