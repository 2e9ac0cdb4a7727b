// What a next fire costs, beside croner and cron-parser. Run: npx tsx bench/cron.ts
import Table from "cli-table3";
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";
import { parseCron } from "../src/core/cron.js";
import { nextFire, nextFireMs } from "../src/core/next-fire.js";
import { owedFires } from "../src/core/owed-fires.js";
import { Zone, zoneOf } from "../src/core/zone.js";

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Sydney",
  "America/Sao_Paulo",
];

const everyday = [
  ..."* * * * *|*/5 * * * *|*/15 * * * *|0 * * * *|30 * * * *|0 */2 * * *|15 */6 * * *|0 0 * * *".split("|"),
  ..."30 2 * * *|0 9 * * *|45 23 * * *|0 9 * * MON-FRI|*/10 8-18 * * 1-5|0 6,18 * * *|0 0 * * 0".split("|"),
  ..."0 12 * * SUN|0 0 1 * *|0 8 1,15 * *|0 0 1 */3 *|0 0 1 1 *".split("|"),
];
const rare = ["0 0 29 2 *", "0 0 13 * FRI", "0 0 31 * *", "0 12 29 2 */7"];

interface Engine {
  name: string;
  /** Makes ready whatever can be kept, and gives the function that is measured. */
  warm(expression: string, timeZone: string): (base: Date) => unknown;
  parse(expression: string, timeZone: string): unknown;
  cold(expression: string, timeZone: string, base: Date): unknown;
}

const belfry: Engine = {
  name: "belfry",
  warm: (expression, timeZone) => (base) => nextFire(expression, timeZone, base),
  parse: (expression) => parseCron(expression),
  cold: (expression, timeZone, base) => nextFireMs(parseCron(expression), zoneOf(timeZone), base.getTime()),
};

const croner: Engine = {
  name: "croner",
  warm(expression, timezone) {
    const job = new Cron(expression, { timezone, paused: true });
    return (base) => job.nextRun(base);
  },
  parse: (expression, timezone) => new Cron(expression, { timezone, paused: true }),
  cold: (expression, timezone, base) => new Cron(expression, { timezone, paused: true }).nextRun(base),
};

const cronParser: Engine = {
  name: "cron-parser",
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

/** A call of one engine, without its base. */
type Call = (base: Date) => unknown;

// Bases over two years, in no order, so that nothing is answered from memory.
const bases = Array.from({ length: 1024 }, (_, index) => {
  return new Date(Date.UTC(2026, 0, 1) + ((index * 617) % 1024) * 61_200_123);
});

function calls(
  expressions: readonly string[],
  callOf: (expression: string, timeZone: string) => Call,
): Call[] {
  return expressions.flatMap((expression) => zones.map((timeZone) => callOf(expression, timeZone)));
}

/** Microseconds of one call: the best of seven rounds of about 50 ms, after as much time to warm up. */
function microseconds(measured: readonly Call[]): number {
  const round = (count: number) => {
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      measured[index % measured.length]!(bases[(index * 7) & 1023]!);
    }
    return performance.now() - began;
  };
  let count = measured.length;
  while (round(count) < 50) count *= 2;
  return Math.min(...Array.from({ length: 7 }, () => (round(count) * 1000) / count));
}

function rowOf(engine: Engine): number[] {
  return [
    microseconds(calls(everyday, (expression, timeZone) => () => engine.parse(expression, timeZone))),
    microseconds(calls(everyday, (expression, timeZone) => engine.warm(expression, timeZone))),
    microseconds(
      calls(everyday, (expression, timeZone) => (base) => engine.cold(expression, timeZone, base)),
    ),
    microseconds(calls(rare, (expression, timeZone) => engine.warm(expression, timeZone))),
  ];
}

function printComparison(): void {
  const rows = [belfry, croner, cronParser].map((engine) => ({ name: engine.name, costs: rowOf(engine) }));
  const table = new Table({
    style: { head: [], border: [] },
    head: ["microseconds a call", "parse", "next, warm", "parse and next", "rare ones, warm"],
  });
  for (const { name, costs } of rows) {
    table.push([name, ...costs.map((cost, column) => beside(cost, rows[0]!.costs[column]!))]);
  }
  console.log(table.toString());
  console.log(
    `${everyday.length} everyday and ${rare.length} rare expressions in ${zones.length} zones; the best of seven rounds.`,
  );
  console.log("next, warm: nextFire(string, string, Date), beside objects that were parsed and kept.");
}

function beside(cost: number, ours: number): string {
  return cost === ours ? cost.toFixed(2) : `${cost.toFixed(1)} (${Math.round(cost / ours)} x)`;
}

function printOwn(): void {
  const table = new Table({ style: { head: [], border: [] }, head: ["belfry alone", "microseconds"] });
  const [spec, zone] = [parseCron("30 2 * * MON-FRI"), zoneOf("Europe/Berlin")];
  const eachSecond = parseCron("* * * * * *");
  const tenYearsMs = 10 * 365.25 * 86_400_000;
  table.push(
    ["next in numbers, warm", microseconds([(base) => nextFireMs(spec, zone, base.getTime())]).toFixed(2)],
    [
      "a zone's first answer (eight years of clock changes)",
      microseconds(calls([""], firstAnswer)).toFixed(0),
    ],
    ["what is owed, on time", microseconds([(base) => owedFires(spec, zone, +base, +base)]).toFixed(2)],
    [
      "what is owed after ten years of each second",
      microseconds([(base) => owedFires(eachSecond, zone, +base - tenYearsMs, +base)]).toFixed(1),
    ],
  );
  console.log(table.toString());
}

function firstAnswer(_: string, timeZone: string): Call {
  return (base) => new Zone(timeZone).offsetSecAt(base.getTime() / 1000);
}

printComparison();
printOwn();
