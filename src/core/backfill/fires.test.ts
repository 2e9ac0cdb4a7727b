import { expect, test } from "vitest";
import { canTakeUp, type FireRecord, stepBackfill } from "./fires.js";
import type { OverlapPolicy } from "../decide.js";
import { IntervalFires } from "../fires/interval-fires.js";
import type { RunStatus } from "../run.js";

const everyTen = new IntervalFires(10, 0);
const fires = [0, 10, 20, 30];

/** Rows of some of the fires: `20: "skipped"`. */
function records(rows: Record<number, RunStatus>): Map<number, FireRecord> {
  return new Map(
    Object.entries(rows).map(([fire, status]) => {
      const fireMs = Number(fire);
      const skipReason = status === "skipped" ? ("late" as const) : null;
      return [fireMs, { fireMs, runId: `row of ${fire}`, status, attempt: 0, skipReason }];
    }),
  );
}

interface Situation {
  rows?: Record<number, RunStatus>;
  room?: number;
  overlap?: OverlapPolicy;
  activeCount?: number;
}

const step = ({ rows = {}, room = 1, overlap = "queue", activeCount = 0 }: Situation) =>
  stepBackfill(everyTen, { fires, records: records(rows) }, { room, overlap, activeCount });

/** In short: `20 new`, `20 taken up`, `20 skipped`. */
const words = (situation: Situation) =>
  step(situation).fires.map(({ fireMs, takesUp, skipReason }) => {
    return `${fireMs} ${skipReason === null ? (takesUp === null ? "new" : "taken up") : "skipped"}`;
  });

test.each<[string, Situation, string[], settled: number | null, room: number]>([
  ["the oldest one, if there is room for one", {}, ["0 new"], 0, 0],
  ["as many as there is room for", { room: 3 }, ["0 new", "10 new", "20 new"], 20, 0],
  ["all, and room is left", { room: 9 }, ["0 new", "10 new", "20 new", "30 new"], 30, 5],
  ["none, if there is no room", { room: 0 }, [], null, 0],
  ["none, if there is less than no room", { room: -1 }, [], null, -1],
  ["not those that have run", { rows: { 0: "succeeded", 10: "failed", 20: "cancelled" } }, ["30 new"], 30, 0],
  [
    "not those that wait or run",
    { rows: { 0: "pending", 10: "dispatched", 20: "running" } },
    ["30 new"],
    30,
    0,
  ],
  [
    "none, if all have run, and room is left",
    { rows: { 0: "succeeded", 10: "succeeded", 20: "succeeded", 30: "failed" } },
    [],
    30,
    1,
  ],
  ["skipped ones by their rows", { rows: { 0: "succeeded", 10: "skipped" } }, ["10 taken up"], 10, 0],
  [
    "beside whatever runs, if concurrent",
    { overlap: "concurrent", room: 2, activeCount: 7 },
    ["0 new", "10 new"],
    10,
    0,
  ],
  ["one that waits for what runs, if queued", { activeCount: 1 }, ["0 new"], 0, 0],
  ["one under skip while nothing else runs", { overlap: "skip" }, ["0 new"], 0, 0],
  [
    "skipped ones under skip while something else runs",
    { overlap: "skip", activeCount: 1, rows: { 10: "succeeded", 20: "skipped" } },
    ["0 skipped", "20 skipped", "30 skipped"],
    30,
    1,
  ],
])("makes %s", (_, situation, made, settledMs, room) => {
  expect(words(situation)).toEqual(made);
  expect(step(situation)).toMatchObject({ settledMs, room });
});

test("a row is taken up only if it was skipped and nothing of it was begun", () => {
  expect(canTakeUp({ status: "skipped", attempt: 0 })).toBe(true);
  expect(canTakeUp({ status: "skipped", attempt: 1 })).toBe(false);
  expect(canTakeUp({ status: "cancelled", attempt: 0 })).toBe(false);
});
