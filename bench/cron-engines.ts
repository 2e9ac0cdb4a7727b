import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";
import { Cron } from "croner";
import { parseCron } from "../src/core/cron/cron.js";
import { nextFire, nextFireMs } from "../src/core/fires/next-fire.js";
import { zoneOf } from "../src/core/clock/zone.js";

/** A question about one expression, without its base. */
export type Call = (base: Date) => unknown;

/** A library that reads cron expressions, asked as its own documentation says. */
export interface Engine {
  readonly name: string;
  /** One without knows only the clock of the machine. */
  readonly hasZones: boolean;
  /** Makes ready whatever can be kept, and gives the question that is measured. */
  warm(expression: string, timeZone: string): Call;
  parse(expression: string, timeZone: string): unknown;
  cold(expression: string, timeZone: string, base: Date): unknown;
}

const belfry: Engine = {
  name: "belfry",
  hasZones: true,
  warm: (expression, timeZone) => (base) => nextFire(expression, timeZone, base),
  parse: (expression) => parseCron(expression),
  cold: (expression, timeZone, base) => nextFireMs(parseCron(expression), zoneOf(timeZone), base.getTime()),
};

const croner: Engine = {
  name: "croner",
  hasZones: true,
  warm(expression, timezone) {
    const job = new Cron(expression, { timezone, paused: true });
    return (base) => job.nextRun(base);
  },
  parse: (expression, timezone) => new Cron(expression, { timezone, paused: true }),
  cold: (expression, timezone, base) => new Cron(expression, { timezone, paused: true }).nextRun(base),
};

const cronParser: Engine = {
  name: "cron-parser",
  hasZones: true,
  warm(expression, tz) {
    const iterator = CronExpressionParser.parse(expression, { tz });
    return (base) => {
      iterator.reset(base);
      return iterator.next();
    };
  },
  parse: (expression, tz) => CronExpressionParser.parse(expression, { tz }),
  cold: (expression, tz, currentDate) => CronExpressionParser.parse(expression, { tz, currentDate }).next(),
};

const cronSchedule: Engine = {
  name: "cron-schedule",
  hasZones: false,
  warm(expression) {
    const cron = parseCronExpression(expression);
    return (base) => cron.getNextDate(base);
  },
  parse: (expression) => parseCronExpression(expression),
  cold: (expression, _, base) => parseCronExpression(expression).getNextDate(base),
};

export const engines = [belfry, croner, cronParser, cronSchedule] as const;
