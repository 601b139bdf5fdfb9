// node argon2.cjs PACKAGE KIND KIBIBYTES TIMES LANES PASSWORD SALT ... : see argon2.c
delete globalThis.fetch; // the package takes it for a sign of a browser
const path = require('node:path');
const [folder, ...words] = process.argv.slice(2);
const argon2 = require(path.join(folder, 'lib/argon2.js'));

async function hash([type, mem, time, parallelism, pass, salt]) {
  try {
    const done = await argon2.hash({pass, salt, type: +type, mem: +mem, time: +time, parallelism: +parallelism, hashLen: 32});
    console.log(done.hashHex, done.encoded);
    for (const [what, given] of [['verified', pass], ['another password', pass.slice(0, -1)]]) {
      const good = await argon2.verify({pass: given, encoded: done.encoded, type: +type}).then(() => 1, () => 0);
      console.log(`${what}: ${good}`);
    }
  } catch (error) {
    console.log(`${error.code}: ${error.message}`);
  }
}

(async () => {
  for (let k = 0; k + 6 <= words.length; k += 6) await hash(words.slice(k, k + 6));
})();
