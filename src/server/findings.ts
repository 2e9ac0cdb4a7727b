import { formatBytes } from "../core/bytes.js";
import type { Finding, FindingStatus } from "../core/diagnosis.js";
import { formatDuration } from "../core/duration.js";
import { type Counted, mostCounted, type TableFacts, type Vitals } from "../store/diagnosis.js";
import type { SeenServer } from "../store/servers.js";

const minute = 60_000;

function finding(
  check: string,
  status: FindingStatus,
  summary: string,
  advice: string | null = null,
): Finding {
  return { check, status, summary, advice };
}

/** Whether the database answers, and how quickly. */
export function judgeConnection(tripMs: number): Finding {
  const summary = `The database answers in ${formatDuration(Math.max(1, tripMs))}.`;
  if (tripMs < 250) return finding("connection", "ok", summary);
  return finding(
    "connection",
    "warn",
    summary,
    "Each fire waits for it several times: look at the network and its load.",
  );
}

export function judgeNoConnection(why: string): Finding {
  return finding(
    "connection",
    "fail",
    why,
    "Nothing fires until it answers. See that PostgreSQL runs and can be reached from here.",
  );
}

export function judgeVersion({ version }: Vitals, kind: "postgres" | "embedded"): Finding {
  const embedded = `The embedded database, PostgreSQL ${version}: for one server, and not safe from a power cut.`;
  return finding("version", "ok", kind === "embedded" ? embedded : `PostgreSQL ${version}.`);
}

/** The version of the schema beside the newest that this Belfry knows. */
export function judgeSchema(version: number | null, newest: number): Finding {
  if (version === newest) return finding("schema", "ok", `The schema is at version ${version}.`);
  if (version === null)
    return finding(
      "schema",
      "fail",
      "Belfry has no tables here.",
      'Name another database, or make them with "belfry migrate".',
    );
  const summary = `The schema is at version ${version}, and this Belfry is of version ${newest}.`;
  if (version < newest)
    return finding("schema", "fail", summary, 'Run "belfry migrate", or start a server of this version.');
  return finding(
    "schema",
    "fail",
    summary,
    "Install the newer Belfry here too: an older one refuses to start.",
  );
}

/** How far this machine's clock is from the database's. */
export function judgeClock(offsetMs: number): Finding {
  const away = Math.abs(offsetMs);
  const which = offsetMs > 0 ? "behind" : "before";
  const summary = `The database's clock is ${formatDuration(away)} ${offsetMs > 0 ? "before" : "behind"} this machine's.`;
  if (away < 1000) return finding("clock", "ok", "The clocks of this machine and of the database agree.");
  const advice = `Set both clocks by NTP: this machine's is ${which}, and it dates when run tokens expire.`;
  return finding("clock", away < 30_000 ? "warn" : "fail", summary, advice);
}

/** A server that has been silent for longer is not there. */
const goneMs = 30_000;

/** Who is there, and whether their ticks come through. */
export function judgeServers(servers: readonly SeenServer[]): Finding[] {
  const running = servers.filter(({ stoppedAt }) => stoppedAt === null);
  const there = running.filter(({ seenAgeMs }) => seenAgeMs < goneMs);
  const gone = running.filter(({ seenAgeMs }) => seenAgeMs >= goneMs && seenAgeMs < 60 * minute);
  return [judgePresence(there), ...judgeTicks(there), ...judgeGone(gone), ...judgeVersions(there)];
}

function judgePresence(there: readonly SeenServer[]): Finding {
  const names = there.map((server) => `${nameOf(server)} (${server.roles.join(", ")})`).join(", ");
  if (!there.some(({ roles }) => roles.includes("scheduler"))) {
    const summary = there.length === 0 ? "No server is there." : `No server fires schedules: ${names}.`;
    return finding("servers", "fail", summary, 'Start one with "belfry serve", with the role scheduler.');
  }
  return finding("servers", "ok", `${counted(there.length, "server")}: ${names}.`);
}

/** A tick comes at least once a cadence. */
const lateMs = 90_000;

function judgeTicks(there: readonly SeenServer[]): Finding[] {
  const ticking = there.filter(({ roles }) => roles.includes("scheduler"));
  const late = ticking.filter(({ lastTickAgeMs }) => (lastTickAgeMs ?? 0) > lateMs);
  if (late.length > 0) {
    const ages = late.map((server) => `${nameOf(server)} ${formatDuration(server.lastTickAgeMs!)} ago`);
    const advice = "Unless its --cadence is longer, look for tick.failed in its log.";
    return [finding("ticks", "warn", `Last ticks are late: ${ages.join(", ")}.`, advice)];
  }
  const slow = ticking.filter(({ lastTickMs }) => (lastTickMs ?? 0) > 1000);
  if (slow.length === 0) return [];
  const times = slow.map((server) => `${nameOf(server)} ${formatDuration(server.lastTickMs!)}`);
  return [
    finding("ticks", "warn", `A tick takes long: ${times.join(", ")}.`, "Look at the load of the database."),
  ];
}

function judgeGone(gone: readonly SeenServer[]): Finding[] {
  if (gone.length === 0) return [];
  const names = gone.map((server) => `${nameOf(server)}, ${formatDuration(server.seenAgeMs)} ago`).join("; ");
  const advice =
    "If nobody has replaced it, start it again; its runs are taken back when their leases are over.";
  return [finding("servers-gone", "warn", `Went away without a good-bye: ${names}.`, advice)];
}

function judgeVersions(there: readonly SeenServer[]): Finding[] {
  const versions = [...new Set(there.map(({ version }) => version))].toSorted();
  if (versions.length < 2) return [];
  const summary = `Servers of several versions are there: ${versions.join(", ")}.`;
  return [finding("server-versions", "warn", summary, "Finish the upgrade: restart the older ones.")];
}

function nameOf({ host, pid }: SeenServer): string {
  return `${host}:${pid}`;
}

export const overdueMs = 15_000;

/** Schedules that are due, and that nobody fires. */
export function judgeOverdue({ count, oldestMs }: Counted): Finding {
  if (count === 0) return finding("due", "ok", "No schedule waits to be fired.");
  const summary = `${atLeast(count, "schedule")} due and not fired, the longest for ${formatDuration(oldestMs!)}.`;
  const advice = "See that a server with the role scheduler is there, and what its log says of tick.failed.";
  return finding("due", oldestMs! > minute ? "fail" : "warn", summary, advice);
}

export const lostMs = minute;

/** Runs whose leases are long over. */
export function judgeLost({ count, oldestMs }: Counted): Finding {
  if (count === 0) return finding("leases", "ok", "No lease of a run is over.");
  const summary = `${atLeast(count, "run")} under way without a lease, the longest for ${formatDuration(oldestMs!)}.`;
  return finding("leases", "fail", summary, "A tick takes them back: see that a server ticks.");
}

export const waitingMs = 5 * minute;

/** Runs that are ready and have not been started. */
export function judgeWaiting({ count, oldestMs }: Counted): Finding {
  if (count === 0) return finding("pending", "ok", "No run waits for long.");
  const summary = `${atLeast(count, "run")} pending though no other of the schedule is under way, the longest for ${formatDuration(oldestMs!)}.`;
  const advice =
    "Servers or a concurrency group are full: raise --max-runs, --max-runs-total or the group's limit, or add a server.";
  return finding("pending", "warn", summary, advice);
}

/** Schedules that cannot be read. */
export function judgeBroken({ names, count }: { names: string[]; count: number }): Finding {
  if (count === 0) return finding("schedules", "ok", "Each schedule can be read.");
  const rest = count > names.length ? `, and ${count - names.length} more` : "";
  const summary = `${counted(count, "schedule")} cannot be read, and ${count === 1 ? "does" : "do"} not fire: ${names.join(", ")}${rest}.`;
  return finding(
    "schedules",
    "fail",
    summary,
    `Ask why with "belfry schedule show ${names[0]!}", and mend its definition.`,
  );
}

export function judgeBreakers(count: number): Finding {
  if (count === 0) return finding("breakers", "ok", "No circuit breaker is open.");
  const summary = `The circuit breaker of ${counted(count, "schedule")} is open: the last runs have all failed.`;
  return finding(
    "breakers",
    "warn",
    summary,
    'Mend what fails. "belfry schedule resume NAME" closes it at once.',
  );
}

/** How large it is, and how far back it reaches. */
export function judgeSize(tables: readonly TableFacts[], oldestRunMs: number | null): Finding {
  const total = tables.reduce((sum, { tableBytes, indexBytes }) => sum + tableBytes + indexBytes, 0);
  const largest = tables.slice(0, 3).map(({ name, rows, tableBytes, indexBytes }) => {
    const size = `${formatBytes(tableBytes + indexBytes)}, of it indexes ${formatBytes(indexBytes)}`;
    return `${name} ${size}, about ${rows} rows`;
  });
  const oldest =
    oldestRunMs === null ? "There is no run." : `The oldest run is ${formatDuration(oldestRunMs)} old.`;
  return finding("size", "ok", `${formatBytes(total)} in all: ${largest.join("; ")}. ${oldest}`);
}

/** Whether dead rows are cleared away. */
export function judgeVacuum(
  { autovacuum, oldestTransactionMs }: Vitals,
  tables: readonly TableFacts[],
  kind: "postgres" | "embedded",
): Finding {
  if (kind === "embedded") return finding("vacuum", "ok", "The server clears dead rows away each hour.");
  if (!autovacuum)
    return finding("vacuum", "fail", "Autovacuum is off: tables grow without end.", "Set autovacuum = on.");
  if ((oldestTransactionMs ?? 0) > 10 * minute) {
    const summary = `A transaction is ${formatDuration(oldestTransactionMs!)} old, and keeps dead rows from being cleared away.`;
    return finding("vacuum", "warn", summary, "Find it in pg_stat_activity by xact_start, and end it.");
  }
  const full = tables.filter(({ rows, deadRows }) => deadRows > Math.max(10_000, rows / 2));
  if (full.length === 0) return finding("vacuum", "ok", "Dead rows are cleared away.");
  const names = full.map(({ name, deadRows, rows }) => `${name} has ${deadRows} to ${rows} live ones`);
  return finding(
    "vacuum",
    "warn",
    `Many dead rows: ${names.join(", ")}.`,
    "Run vacuum on them, and let autovacuum come more often.",
  );
}

export function judgeConnections({ usedConnections, maxConnections }: Vitals): Finding {
  const summary = `${usedConnections} of ${maxConnections} connections are in use.`;
  if (usedConnections < maxConnections * 0.9) return finding("connections", "ok", summary);
  return finding(
    "connections",
    "warn",
    summary,
    "A server needs up to 12: raise max_connections, or close what is not needed.",
  );
}

/** The room that is left where the data directory is. */
export function judgeDisk(freeBytes: number, totalBytes: number): Finding {
  const summary = `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} are free where the data directory is.`;
  if (freeBytes > 2 ** 30) return finding("disk", "ok", summary);
  return finding("disk", freeBytes > 100 * 2 ** 20 ? "warn" : "fail", summary, "Make room there.");
}

/** A look that failed in itself. */
export function judgeUnseen(check: string, why: string): Finding {
  return finding(check, "warn", `This could not be looked at: ${why}`, null);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function atLeast(count: number, what: string): string {
  const verb = count === 1 ? "is" : "are";
  return `${count === mostCounted ? `${count} or more` : count} ${what}${count === 1 ? "" : "s"} ${verb}`;
}
