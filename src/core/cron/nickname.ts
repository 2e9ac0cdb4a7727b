import { quoted } from "./quote.js";
import { BelfryError } from "../errors.js";
import { nearestName } from "../nearest-name.js";

const nicknames: Record<string, string> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** The plain expression that a nickname such as `@daily` stands for; case does not count. Throws `invalid_cron`. */
export function plainOfNickname(expression: string): string {
  const name = expression.trim().toLowerCase();
  if (Object.hasOwn(nicknames, name)) return nicknames[name]!;
  const what = `${quoted(expression)} is not a nickname of an expression.`;
  throw new BelfryError("invalid_cron", `${what} ${meant(name)}`);
}

function meant(name: string): string {
  const known = Object.keys(nicknames);
  const [word = "", ...rest] = name.split(/\s+/);
  if (known.includes(word)) return `Leave away what comes after ${word}.`;
  const nearest = nearestName(word, [...known, "@every", "@reboot"]);
  if (nearest === "@every") return `Write every: ${rest[0]?.slice(0, 20) ?? "5m"} in place of cron.`;
  if (nearest === "@reboot") return "Belfry fires at times of the clock, not when a machine starts.";
  return nearest === null ? `Write one of ${known.join(", ")}.` : `Did you mean ${nearest}?`;
}
