export type ZonedTime = (instant: Date, now: Date) => string;

/**
 * Words instants on a zone's clock: `Tue 24 Nov 03:00 CET`, with seconds if there are any, and with the year if it is
 * not that of `now`. An unknown zone is taken for UTC.
 */
export function zonedTime(timeZone: string): ZonedTime {
  const zone = isZone(timeZone) ? timeZone : "UTC";
  const clock = new Intl.DateTimeFormat("en-GB", { ...clockFields, timeZone: zone });
  const zoneName = zoneNames(zone);
  return (instant, now) => {
    const { weekday, day, month, year, hour, minute, second } = partsOf(clock, instant);
    const date = `${weekday} ${day} ${month}${year === partsOf(clock, now)["year"] ? "" : ` ${year}`}`;
    return `${date} ${hour}:${minute}${second === "00" ? "" : `:${second}`} ${zoneName(instant)}`;
  };
}

const clockFields = {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
} as const;

// Each of these knows the abbreviations of its own part of the world only: en-GB says CET, en-US says EST.
const locales = ["en-GB", "en-US", "en-AU", "en-NZ", "en-IN", "en-ZA", "en-IE"];

function zoneNames(timeZone: string): (instant: Date) => string {
  const formats = locales.map(
    (locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" }),
  );
  return (instant) => {
    const names = formats.map((format) => partsOf(format, instant)["timeZoneName"] ?? "");
    return names.find((name) => !/\d/.test(name)) ?? names[0]!;
  };
}

function partsOf(format: Intl.DateTimeFormat, instant: Date): Record<string, string> {
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}

function isZone(timeZone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat("en-GB", { timeZone }));
  } catch {
    return false;
  }
}
