// Dumps the PostgreSQL database at BACKUP_DATABASE_URL into BACKUP_FOLDER (backups, beside the manifest), then checks
// the dump: not empty, written to its end, and not half as small as the one before. Only a dump that passes counts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What pg_dump writes when it is done; newer versions write a few lines after it. */
const lastLine = "-- PostgreSQL database dump complete";

class BackupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

async function backUp(env) {
  process.umask(0o077); // A dump holds what the database holds: for its owner's eyes only.
  const url = databaseUrl(env);
  const folder = env.BACKUP_FOLDER || "backups";
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${nameOf(url)}.${stampOf(env)}.sql`);
  const draft = `${file}.unchecked`;
  await dump(url, draft, env);
  const size = await checkedSize(draft);
  await compareWithLast(size, draft, await findLast(folder, url, file));
  await rename(draft, file);
  console.log(`Kept as ${file}.`);
}

function databaseUrl(env) {
  const text = env.BACKUP_DATABASE_URL ?? "";
  if (/^postgres(ql)?:/.test(text) && URL.canParse(text)) return new URL(text);
  const what = text === "" ? "is not set" : "is not the URL of a PostgreSQL database";
  throw new BackupError(
    `BACKUP_DATABASE_URL ${what}. Set it for the server, such as postgres://backup:secret@db.internal/shop.`,
    2,
  );
}

function nameOf(url) {
  return decodeURIComponent(url.pathname.slice(1)).replaceAll(/[^\w-]/g, "_") || "database";
}

/** Named for the night it belongs to, not for the moment it began, so that a late run does not look like the next day's. */
function stampOf(env) {
  const fireTime = env.BELFRY_FIRE_TIME ?? new Date().toISOString();
  return fireTime.replaceAll(":", "-");
}

/** The password goes by the environment: every user of the machine can read a command line. */
async function dump(url, file, env) {
  const openUrl = new URL(url);
  openUrl.password = "";
  const password = url.password === "" ? {} : { PGPASSWORD: decodeURIComponent(url.password) };
  const args = [`--dbname=${openUrl.href}`, `--file=${file}`, "--no-password"];
  const child = spawn("pg_dump", args, {
    env: { ...env, ...password },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code, signal] = await once(child, "exit").catch((error) => {
    if (error.code !== "ENOENT") throw error;
    throw new BackupError("pg_dump: command not found. Install PostgreSQL's client programs.", 127);
  });
  if (code === 0) return;
  await rm(file, { force: true });
  throw new BackupError(`pg_dump ended with ${signal ?? `exit code ${code}`}; there is no dump.`);
}

async function checkedSize(draft) {
  const { size } = await stat(draft);
  if (size === 0) throw new BackupError(`The dump is empty: ${draft}.`);
  if (!(await tailOf(draft, size)).includes(lastLine)) {
    throw new BackupError(`The dump was not written to its end: "${lastLine}" is missing in ${draft}.`);
  }
  return size;
}

async function tailOf(path, size) {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ position: Math.max(0, size - 1000), length: 1000 });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The newest dump of the same database that passed its checks, if there is one. */
async function findLast(folder, url, file) {
  const prefix = `${nameOf(url)}.`;
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith(".sql"));
  const last = names
    .map((name) => join(folder, name))
    .filter((path) => path !== file)
    .sort()
    .at(-1);
  return last === undefined ? null : { path: last, size: (await stat(last)).size };
}

async function compareWithLast(size, draft, last) {
  if (last === null) return console.log(`The dump has ${size} bytes; there is none before it.`);
  const change = `${size >= last.size ? "+" : ""}${Math.round((size / last.size - 1) * 100)} %`;
  console.log(`The dump has ${size} bytes; the one before had ${last.size} (${change}).`);
  if (size * 2 >= last.size) return;
  throw new BackupError(
    `The dump shrank by more than half. Look what became of the data. If all is well, rename ${draft} so that it ends with .sql.`,
  );
}

try {
  await backUp(process.env);
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
