// A server's loop and its API in one process, with a dispatcher that starts nothing. Arguments: the database's URL, for how
// many seconds. Says where it listens.
import { openRunChanges } from "../../src/api/run-changes.js";
import { loop } from "../../src/scheduler/loop.js";
import { createApp } from "../../src/server/app.js";
import { createHealth } from "../../src/server/health.js";
import { listenHttp } from "../../src/server/http.js";
import { openDatabase } from "../../src/store/open-database.js";
import { toNowhere } from "../nowhere.js";

const [url, apiToken] = process.argv.slice(2) as [string, string];
const database = await openDatabase({ url });
const deps = { ...toNowhere(database.pool), log: { debug() {}, info() {}, warn() {}, error: console.error } };
const app = createApp({
  ...deps,
  apiToken,
  changes: await openRunChanges(database.pool),
  health: createHealth(["api", "scheduler"]),
  lateness: { tickMs: 60_000, signMs: 60_000 },
  leaseMs: 30_000,
  heartbeatMs: 10_000,
  soleServer: false,
  logLimitBytes: 1_000_000,
});
const http = await listenHttp({ host: "127.0.0.1", port: 0 }, app.fetch);
console.log(http.url);
await loop(deps, { cadenceMs: 10_000, signal: new AbortController().signal });
