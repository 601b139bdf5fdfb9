// node gc.mjs MODULE EXPORT A B: what gc_host.c does, in a JavaScript engine; without an export nothing, for the engine's own start.
import { readFileSync } from 'node:fs';

const [, , file, name, a, b] = process.argv;
if (name) {
  const { instance } = await WebAssembly.instantiate(readFileSync(file), {});
  console.log(String(BigInt.asUintN(64, instance.exports[name](Number(a), Number(b)))));
}
