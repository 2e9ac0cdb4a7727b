/** Where events are told: a name and its ids. */
export interface Log {
  debug(details: object, event: string): void;
  info(details: object, event: string): void;
  warn(details: object, event: string): void;
  error(details: object, event: string): void;
  /** Absent: every event is told. */
  isLevelEnabled?(level: string): boolean;
}

/** Tells warnings and errors on stderr, a JSON line each: what an embedding application gets if it names no log. */
export const stderrLog: Log = {
  debug() {},
  info() {},
  warn: (details, event) => writeLine("warn", details, event),
  error: (details, event) => writeLine("error", details, event),
  isLevelEnabled: (level) => level === "warn" || level === "error",
};

function writeLine(level: string, details: object, event: string): void {
  const line = JSON.stringify({ level, time: new Date().toISOString(), msg: event, ...details }, plainErrors);
  process.stderr.write(`${line}\n`);
}

function plainErrors(_key: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
