// DuckDB with exceptions, driven by its own JavaScript: node duckdb.mjs PACKAGE
import Module, {createRequire} from 'node:module';

const require = createRequire(import.meta.url);
// Results come in Arrow's format, which nobody reads here.
const arrow = {RecordBatchReader: {from: () => ({isSync: () => true, isFile: () => false, [Symbol.iterator]: function* () {}})}, Table: class {}};
const load = Module._load;
Module._load = (name, ...rest) => name === 'apache-arrow' ? arrow : load(name, ...rest);
const folder = `${process.argv[2]}/dist`;
const duckdb = require(`${folder}/duckdb-node-blocking.cjs`);
const bundle = {mainModule: `${folder}/duckdb-eh.wasm`, mainWorker: ''};
const db = await duckdb.createDuckDB({mvp: {...bundle, mainModule: `${folder}/duckdb-mvp.wasm`}, eh: bundle}, new duckdb.VoidLogger(), duckdb.NODE_RUNTIME);
await db.instantiate(() => {});
const connection = db.connect();
const queries = [
  'create table t as select range as n, range * 37 % 101 as k, \'row \' || range as s from range(2000)',
  'select k, count(*), sum(n), max(s) from t group by k order by k', 'select nothing from nowhere', 'this is no query',
  'select n, sum(n) over (order by n) from t where s like \'%99%\' order by n desc', 'select error(\'thrown\')',
  'select cast(s as integer) from t', 'insert into t values (1, 2)', 'select avg(n), stddev(k), median(n) from t'];
let failed = 0;
for (const query of queries)
  try {
    connection.query(query);
  } catch (e) {
    failed++; if (process.env.SHOW) console.log(query, e);
  }
if (failed !== 5) throw Error(`${failed} queries failed`);
