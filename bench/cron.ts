// What a next fire costs, beside other libraries. Run: npx tsx bench/cron.ts
import Table from "cli-table3";
import { parseCron } from "../src/core/cron/cron.js";
import { nextFireMs } from "../src/core/fires/next-fire.js";
import { owedFires } from "../src/core/fires/owed-fires.js";
import { readyTiming, timingDefaults } from "../src/core/fires/timing.js";
import { Zone, zoneOf } from "../src/core/clock/zone.js";
import { type Call, type Engine, engines } from "./cron-engines.js";
import { median } from "./median.js";

// cron-schedule knows only the clock of the machine, and is asked where the others are asked in UTC.
process.env["TZ"] = "UTC";

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
const rare = ["0 0 29 2 *", "0 0 13 * FRI"];

const rounds = 15;
const roundMicros = 15_000;

/** Something that is asked of each engine, in some zones. */
interface Case {
  name: string;
  zones: readonly string[];
  expressions: readonly string[];
  ask: (engine: Engine, expression: string, timeZone: string) => Call;
}

const warm: Case["ask"] = (engine, expression, timeZone) => engine.warm(expression, timeZone);
const cases: Case[] = [
  {
    name: "parse",
    zones: ["UTC"],
    expressions: everyday,
    ask: (engine, expression, timeZone) => () => engine.parse(expression, timeZone),
  },
  { name: "next, warm, in UTC", zones: ["UTC"], expressions: everyday, ask: warm },
  { name: "next, warm, in six zones", zones, expressions: everyday, ask: warm },
  {
    name: "parse and next, in six zones",
    zones,
    expressions: everyday,
    ask: (engine, expression, timeZone) => (base) => engine.cold(expression, timeZone, base),
  },
  ...rare.flatMap((expression): Case[] => [
    { name: `${expression}, warm, in UTC`, zones: ["UTC"], expressions: [expression], ask: warm },
    { name: `${expression}, warm, in six zones`, zones, expressions: [expression], ask: warm },
  ]),
];

// Bases over two years, in no order, so that nothing is answered from memory.
const bases = Array.from({ length: 1024 }, (_, index) => {
  return new Date(Date.UTC(2026, 0, 1) + ((index * 617) % 1024) * 61_200_123);
});

/** Calls that are measured together, and how many of them make a round. */
class Measured {
  readonly #calls: readonly Call[];
  readonly #costs: number[] = [];
  #count: number;

  constructor(calls: readonly Call[]) {
    this.#calls = calls;
    this.#count = calls.length;
    // The lesser of two, since what is read once, such as a zone, makes a round look long enough.
    while (Math.min(this.#roundMicros(), this.#roundMicros()) < roundMicros) this.#count *= 2;
  }

  round(): void {
    this.#costs.push(this.#roundMicros() / this.#count);
  }

  /** Microseconds of processor time of one call. */
  get cost(): number {
    return median(this.#costs);
  }

  // Processor time, since other programs of the machine take theirs from the wall clock.
  #roundMicros(): number {
    const began = process.cpuUsage();
    for (let index = 0; index < this.#count; index += 1) {
      this.#calls[index % this.#calls.length]!(bases[(index * 7) & 1023]!);
    }
    const { user, system } = process.cpuUsage(began);
    return user + system;
  }
}

/** The costs of calls: medians of rounds taken in turn, so that a noisy time meets all alike. */
function inTurn(calls: readonly (readonly Call[] | null)[]): (number | null)[] {
  const measured = calls.map((some) => some && new Measured(some));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of measured) one?.round();
  }
  return measured.map((one) => one && one.cost);
}

function callsOf({ zones, expressions, ask }: Case, engine: Engine): Call[] | null {
  if (!engine.hasZones && zones.length > 1) return null;
  return expressions.flatMap((expression) => zones.map((timeZone) => ask(engine, expression, timeZone)));
}

function printComparison(): void {
  const table = tableOf(["microseconds a call", ...engines.map(({ name }) => name)]);
  for (const one of cases) table.push([one.name, ...beside(inTurn(engines.map((it) => callsOf(one, it))))]);
  table.push(["the first next in a zone", ...beside(firstInZone())]);
  console.log(table.toString());
  console.log(
    `${everyday.length} everyday expressions; processor time, medians of ${rounds} rounds, taken in turn.`,
  );
  console.log("next, warm: nextFire(string, string, Date), beside objects that were parsed and kept.");
  console.log("the first next in a zone: parse and next, once in each zone of the world; its median.");
}

/** Each zone of the world is asked for once, by each engine: what is read of a zone is read then. */
function firstInZone(): (number | null)[] {
  const costs = engines.map((): number[] => []);
  const fresh = Intl.supportedValuesOf("timeZone").filter((timeZone) => !zones.includes(timeZone));
  for (const [turn, timeZone] of fresh.entries()) {
    for (const index of engines.keys()) {
      const next = (index + turn) % engines.length;
      const began = performance.now();
      engines[next]!.cold("30 2 * * *", timeZone, bases[turn % bases.length]!);
      costs[next]!.push((performance.now() - began) * 1000);
    }
  }
  return engines.map(({ hasZones }, index) => (hasZones ? median(costs[index]!) : null));
}

function beside(costs: readonly (number | null)[]): string[] {
  const ours = costs[0]!;
  return costs.map((cost, index) => {
    if (cost === null) return "no zones";
    return index === 0 ? digits(cost) : `${digits(cost)} (${digits(cost / ours)} x)`;
  });
}

function digits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function printOwn(): void {
  const inNumbers = (expressions: readonly string[]): Call[] =>
    expressions.flatMap((expression) =>
      zones.map((timeZone): Call => {
        const [spec, zone] = [parseCron(expression), zoneOf(timeZone)];
        return (base) => nextFireMs(spec, zone, base.getTime());
      }),
    );
  const rows: [string, Call[]][] = [
    ["next in numbers, warm, in six zones", inNumbers(everyday)],
    ...rare.map((expression): [string, Call[]] => [`${expression} likewise`, inNumbers([expression])]),
    ["a zone's first answer (eight years of clock changes)", zones.map(firstAnswer)],
    ["what is owed, on time", [owed("30 2 * * MON-FRI", 0)]],
    ["what is owed after ten years of each second", [owed("* * * * * *", 10 * 365.25 * 86_400_000)]],
  ];
  const table = tableOf(["belfry alone", "microseconds"]);
  for (const [name, calls] of rows) table.push([name, digits(inTurn([calls])[0]!)]);
  console.log(table.toString());
}

function firstAnswer(timeZone: string): Call {
  return (base) => new Zone(timeZone).offsetSecAt(base.getTime() / 1000);
}

function owed(cron: string, sinceMs: number): Call {
  const timing = readyTiming({ ...timingDefaults, name: "bench", cron, timezone: "Europe/Berlin" });
  const catchUp = { policy: "latest", windowMs: null } as const;
  return (base) => owedFires(timing, { fromMs: +base - sinceMs, nowMs: +base }, catchUp);
}

function tableOf(head: string[]): Table.Table {
  return new Table({ style: { head: [], border: [] }, head });
}

printComparison();
printOwn();
