import { BelfryError } from "./errors.js";

const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads `90s`, `15m`, `1h30m`, `2d`, `500ms`, or a number of seconds, into milliseconds. */
export function parseDuration(text: string | number): number {
  if (typeof text === "number") return checked(text * 1000, `${text}`);
  const compact = text.trim();
  if (/^\d+(\.\d+)?$/.test(compact)) return checked(Number(compact) * 1000, text);
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(compact)) throw unreadable(text);
  let total = 0;
  for (const [, amount, unit] of compact.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    total += Number(amount) * unitMs[unit!]!;
  }
  return checked(total, text);
}

/** A duration for people: `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1).replace(/\.0$/, "")} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(seconds, 60, "min", 1, "s");
  if (seconds < 86_400) return pair(seconds, 3600, "h", 60, "min");
  return pair(seconds, 86_400, "d", 3600, "h");
}

function pair(seconds: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % large) / small);
  return `${Math.floor(seconds / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ""}`;
}

function checked(ms: number, text: string): number {
  if (!Number.isFinite(ms) || ms < 0) throw unreadable(text);
  return ms;
}

function unreadable(text: string): BelfryError {
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
  return new BelfryError(
    "invalid_duration",
    `${shown} is not a duration. Write 90s, 15m, 1h30m or 2d, or a number of seconds.`,
  );
}
