import { resolve } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import type { Blackout } from "../core/blackout/blackout.js";
import { checkSchedule } from "../core/check-schedule.js";
import { overlapPolicies } from "../core/decide.js";
import { exitActions } from "../core/policies/exit-action.js";
import { policyDefaults } from "../core/policies/policies.js";
import { backoffs, retryWords } from "../core/policies/retry.js";
import { dstFolds, dstGaps } from "../core/clock/dst-rule.js";
import type { ScheduleDefinition } from "../core/schedule.js";
import { blackoutPolicies, catchUpPolicies, timingDefaults } from "../core/fires/timing.js";
import { parseManifest } from "./parse.js";

const file = resolve("/srv/shop/belfry.yaml");

const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });
const seconds = (min: number, max: number) => fc.integer({ min, max });
const instant = (from: string, to: string) =>
  fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true });
const text = fc.string({ unit: "grapheme", maxLength: 30 }).filter((some) => !some.includes("\0"));
const notBlank = text.filter((some) => some.trim() !== "");

const cron = fc
  .array(
    fc.constantFrom(
      "0 9 * * MON-FRI",
      "*/10 * * * * *",
      "@daily",
      "H H(0-5) * * *",
      "0 0 L,15W * 5L",
      "5 4 * * 7",
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((expressions) => expressions.join("\n"));

const ways = fc.oneof(
  fc.record({ cron }),
  fc.record({ everySec: seconds(1, 366 * 86_400), anchorAt: orNull(instant("1900-01-01", "2199-12-31")) }),
  fc.record({ at: instant("2021-01-01", "2029-01-01") }),
  fc.constant({}),
);

const bounds = fc.record({
  startsAt: orNull(instant("2010-01-01", "2020-12-31")),
  endsAt: orNull(instant("2030-01-01", "2199-12-31")),
  maxRuns: orNull(seconds(1, 2_147_483_647)),
  spreadSec: seconds(0, 86_400),
});

const when = fc.constantFrom("SAT-SUN", "22:00-06:00", "12-24 - 01-01", "2026-05-01", "MON-FRI 09:00-17:00");
const blackout: fc.Arbitrary<Blackout> = fc.record({
  when,
  reason: orNull(
    fc.string({ maxLength: 20, unit: fc.constantFrom("a", "é", "#", ":", "-", "'", '"', "{", " ", "0") }),
  ),
});

const policies = fc.record({
  timezone: fc.constantFrom("UTC", "Europe/Berlin", "Pacific/Apia", "America/New_York"),
  dst: fc.record({ gap: fc.constantFrom(...dstGaps), fold: fc.constantFrom(...dstFolds) }),
  blackouts: fc.array(blackout, { maxLength: 3 }),
  blackoutPolicy: fc.constantFrom(...blackoutPolicies),
  catchUp: fc.constantFrom(...catchUpPolicies),
  catchUpWindowSec: orNull(seconds(1, 366 * 86_400)),
});

const retry = fc.record({
  attempts: seconds(2, 100),
  backoff: fc.constantFrom(...backoffs),
  delaySec: seconds(0, 3600),
  maxDelaySec: seconds(3600, 30 * 86_400),
  on: fc.uniqueArray(fc.oneof(fc.constantFrom(...retryWords), seconds(1, 255)), {
    minLength: 1,
    maxLength: 4,
  }),
});

const limits = fc.oneof(
  fc.record({
    overlap: fc.constantFrom(...overlapPolicies),
    maxConcurrent: orNull(seconds(1, 10_000)),
    queueDepth: fc.constant(null),
  }),
  fc.record({
    overlap: fc.constantFrom("queue", "concurrent"),
    maxConcurrent: seconds(1, 10_000),
    queueDepth: orNull(seconds(0, 1_000_000)),
  }),
);

const tries = fc.oneof(
  fc.record({
    retry: fc.constant(null),
    exitCodes: fc.dictionary(seconds(1, 255).map(String), fc.constantFrom("skip", "fail"), { maxKeys: 3 }),
  }),
  fc.record({
    retry,
    exitCodes: fc.dictionary(seconds(1, 255).map(String), fc.constantFrom(...exitActions), { maxKeys: 3 }),
  }),
);

/** One limit, because those that share a group share its limit. */
const group = fc.record({ name: fc.constantFrom("database", "夜 1: a"), limit: fc.constant(7) });

const durable = fc.record({
  graceSec: seconds(0, 3600),
  concurrencyGroup: orNull(group),
  priority: seconds(-100, 100),
  startDeadlineSec: orNull(seconds(1, 365 * 86_400)),
  keepSec: orNull(seconds(60, 20_000 * 86_400)),
  keepRuns: orNull(seconds(1, 1_000_000_000)),
});

const breaker = fc.oneof(
  fc.constant({ pauseAfter: null, coolDownSec: policyDefaults.coolDownSec }),
  fc.record({ pauseAfter: seconds(1, 1000), coolDownSec: seconds(1, 30 * 86_400) }),
);

const work = fc.record({
  description: text,
  timeoutSec: seconds(1, 365 * 86_400),
  run: fc.oneof(
    notBlank,
    fc.tuple(notBlank, text, text).map((words): string[] => words),
  ),
  cwd: fc.constantFrom("/", "/srv/shop", "/srv/my jobs", "/tmp/a: b"),
  env: fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,9}$/), text, { maxKeys: 3 }),
  installationId: orNull(seconds(1, 1_000_000)),
  enabled: fc.boolean(),
});

const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });

const definition = fc
  .tuple(name, ways, bounds, policies, limits, tries, durable, breaker, work)
  .map(([name, way, bounds, ...rest]): ScheduleDefinition => {
    const fires = Object.keys(way).length > 0;
    return Object.assign({ ...timingDefaults, name }, way, fires ? bounds : {}, ...rest);
  })
  .filter(isRight);

/** How people, and programs, write YAML. */
const writer = fc.constantFrom<(value: unknown) => string>(
  (value) => stringify(value),
  (value) => stringify(value, { defaultStringType: "QUOTE_DOUBLE", indent: 4 }),
  (value) => stringify(value, { collectionStyle: "flow", lineWidth: 40 }),
  (value) => JSON.stringify(value, null, 2),
);

test("a manifest that holds any definition, written as YAML, says that definition again", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(definition, { selector: ({ name }) => name, maxLength: 3 }),
      fc.boolean(),
      writer,
      (definitions, asList, write) => {
        const schedules = Object.fromEntries(definitions.map((each) => [each.name, entryOf(each, asList)]));
        const again = parseManifest(write({ version: 1, schedules }), file);
        expect(byName(again)).toEqual(byName(definitions));
      },
    ),
    { numRuns: 500 },
  );
});

function entryOf(definition: ScheduleDefinition, asList: boolean): object {
  const { cron, blackouts } = definition;
  const entry = {
    cron: asList ? cron?.split("\n") : cron,
    every: asList ? definition.everySec : definition.everySec && `${definition.everySec}s`,
    anchor: definition.anchorAt?.toISOString(),
    at: definition.at?.toISOString(),
    timezone: definition.timezone,
    starts_at: definition.startsAt?.toISOString(),
    ends_at: definition.endsAt?.toISOString(),
    max_runs: definition.maxRuns,
    spread: definition.spreadSec === 0 ? null : definition.spreadSec,
    dst: definition.dst,
    blackouts: blackouts.map(({ when, reason }) => (reason === null ? when : { when, reason })),
    blackout: definition.blackoutPolicy,
    catch_up: definition.catchUp,
    catch_up_window: definition.catchUpWindowSec,
    description: definition.description,
    overlap: definition.overlap,
    timeout: definition.timeoutSec,
    ...policiesIn(definition, asList),
    run: definition.run,
    cwd: definition.cwd,
    env: definition.env,
    github_installation: definition.installationId,
    enabled: definition.enabled,
  };
  return withoutNull(entry);
}

function withoutNull(entry: object): object {
  return Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== null && value !== undefined),
  );
}

function policiesIn(definition: ScheduleDefinition, asMap: boolean): object {
  const { retry, keepSec, keepRuns } = definition;
  return {
    grace: definition.graceSec,
    retry: retry && {
      attempts: retry.attempts,
      backoff: retry.backoff,
      delay: `${retry.delaySec}s`,
      max_delay: retry.maxDelaySec,
      on: retry.on,
    },
    exit_codes: definition.exitCodes,
    pause_after: definition.pauseAfter ?? (asMap ? false : null),
    cool_down: definition.pauseAfter === null ? null : definition.coolDownSec,
    max_concurrent: definition.maxConcurrent,
    queue_depth: definition.queueDepth ?? (asMap ? false : null),
    concurrency_group: definition.concurrencyGroup,
    priority: definition.priority,
    start_deadline: definition.startDeadlineSec,
    keep: keepRuns === null && !asMap ? keepSec : withoutNull({ for: keepSec, runs: keepRuns }),
  };
}

function isRight(definition: ScheduleDefinition): boolean {
  try {
    checkSchedule(definition);
    return definition.name !== "__proto__";
  } catch {
    return false;
  }
}

/** JavaScript puts names that are numbers first. */
function byName(definitions: ScheduleDefinition[]): ScheduleDefinition[] {
  return definitions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
