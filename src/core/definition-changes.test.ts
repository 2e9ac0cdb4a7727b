import { expect, test } from "vitest";
import { type DefinitionChanges, definitionChanges } from "./definition-changes.js";
import { definitionJson, definitionOf } from "./definition-json.js";
import { type ScheduleDefinition, scheduleDefaults } from "./schedule.js";

const plain: ScheduleDefinition = {
  ...scheduleDefaults,
  name: "job",
  run: ["pg_dump", "db"],
  cron: "0 3 * * *",
};
const nothing = { added: [], removed: [], changed: [] };

const edits: [string, Partial<ScheduleDefinition>, DefinitionChanges["fields"]][] = [
  ["nothing", {}, []],
  ["its times", { cron: "0 4 * * *" }, [{ field: "cron", from: "0 3 * * *", to: "0 4 * * *" }]],
  [
    "several fields",
    { timezone: "Europe/Berlin", enabled: false, endsAt: new Date("2027-01-01T00:00:00Z") },
    [
      { field: "timezone", from: "UTC", to: "Europe/Berlin" },
      { field: "endsAt", from: null, to: "2027-01-01T00:00:00.000Z" },
      { field: "enabled", from: true, to: false },
    ],
  ],
  [
    "its blackouts",
    { blackouts: [{ when: "SAT-SUN", reason: null }] },
    [{ field: "blackouts", from: [], to: [{ when: "SAT-SUN", reason: null }] }],
  ],
  ["the order of keys alone", { dst: { fold: "first", gap: "next-valid" } }, []],
  ["its command", { run: "pg_dump db" }, [{ field: "run", from: ["pg_dump", "db"], to: "pg_dump db" }]],
];

test.each(edits)("an edit of %s is told field by field", (_, edit, fields) => {
  expect(definitionChanges(plain, { ...plain, ...edit })).toEqual({ fields, env: nothing });
});

test("of the environment the names are told, and no value", () => {
  const before = { ...plain, env: { KEEP: "a", PASSWORD: "hunter2", OLD: "b" } };
  const after = { ...plain, env: { KEEP: "a", PASSWORD: "hunter3", NEW: "c" } };
  const changes = definitionChanges(before, after);
  expect(changes).toEqual({ fields: [], env: { added: ["NEW"], removed: ["OLD"], changed: ["PASSWORD"] } });
  expect(JSON.stringify(changes)).not.toContain("hunter");
});

test("a definition goes through JSON unharmed", () => {
  const full = { ...plain, startsAt: new Date("2026-12-01T00:00:00Z"), env: { A: "b" }, cwd: "/srv" };
  expect(definitionOf(JSON.parse(JSON.stringify(definitionJson(full))))).toEqual(full);
});
