// node sql.cjs PACKAGE FILE... : see sql.c
const fs = require('node:fs');
const path = require('node:path');
const [folder, ...files] = process.argv.slice(2);

require(path.join(folder, 'dist/sql-wasm.js'))().then((SQL) => {
  for (const file of files) {
    const db = new SQL.Database();
    db.create_function('reversed', (text) => [...text].reverse().join(''));
    try {
      for (const statement of db.iterateStatements(fs.readFileSync(file, 'utf8')))
        while (statement.step()) console.log(statement.get().map((value) => value ?? 'NULL').join('|'));
    } catch (error) {
      console.log(`error: ${error.message}`);
    }
    db.close();
  }
});
