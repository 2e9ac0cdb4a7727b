import type { CronSpec } from "../cron/cron.js";
import { rewritten, valuesOf, type WrittenFields } from "./fields.js";
import { listed } from "../listed.js";

const mostTimesAnHour = 4;

/** Six fields of which the first is `*`: it fires in each second of its minutes. */
export function everySecond({ seconds }: CronSpec, fields: WrittenFields): string | null {
  if (valuesOf(seconds, 59).length < 60) return null;
  const right = rewritten(fields, { second: null });
  return `It fires in each second of its minutes: of six fields the first is seconds. If once a minute is meant, write ${right}.`;
}

/** `* 3 * * *` or `* * 1 * *`: the minute was most likely to be one. */
export function everyMinute(spec: CronSpec, fields: WrittenFields): string | null {
  if (valuesOf(spec.minutes, 59).length < 60) return null;
  if (/^\d+(,\d+)*$/.test(fields.hour)) {
    const hours = fields.hour.split(",").map((hour) => `${hour.padStart(2, "0")}:00`);
    const where = hours.length === 1 ? "the hour" : "each of the hours";
    const right = rewritten(fields, { minute: "0" });
    return `It fires 60 times in ${where} from ${listed(hours)}. If once is meant, write ${right}.`;
  }
  if (!spec.everyHour || !/^\d+$/.test(fields.dayOfMonth)) return null;
  const right = rewritten(fields, { minute: "0", hour: "0" });
  return `It fires in each minute of its days. If once is meant, write ${right}.`;
}

/** Minute 0 is when most jobs of the world begin. */
export function onTheHour(spec: CronSpec, fields: WrittenFields): string | null {
  const [seconds, minutes] = [valuesOf(spec.seconds, 59), valuesOf(spec.minutes, 59)];
  if (seconds.join() !== "0" || minutes[0] !== 0 || minutes.length > mostTimesAnHour) return null;
  if (fields.minute.toUpperCase().includes("H")) return null;
  const what = "It fires on the hour, as most jobs of the world do";
  const minute = spreadOut(minutes);
  if (minute === null) return `${what}. Choose other minutes, or set spread.`;
  return `${what}. For a minute of its own write ${rewritten(fields, { minute })}, or set spread.`;
}

/** The minutes with an `H`, if they are the same time apart. */
function spreadOut(minutes: readonly number[]): string | null {
  const step = 60 / minutes.length;
  if (minutes.some((minute, index) => minute !== index * step)) return null;
  return minutes.length === 1 ? "H" : `H/${step}`;
}
