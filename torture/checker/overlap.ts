import { type Crowd, firstCrowd, type Stay } from "./crowds.js";
import type { EventRow, JobLife, RunRow } from "./evidence.js";
import { instant } from "./instant.js";
import { listBy } from "./list-by.js";
import type { Lookup, Scene } from "./scene.js";

// Two witnesses, and neither needs a tolerance. Jobs: each stamp says that the job was alive then, and stamps are cut to
// the hundredth of a second, so one life that reaches beyond the beginning of another was there beside it. Rows: a claim
// is dated after it was seen that a place is free, and the end that freed it is never dated later than it happened.

/** Never more runs of a schedule at once than its policy allows, by its rows and by its jobs. */
export function checkLimits({ scenes, eventsOf, livesOf }: Lookup): string[] {
  return scenes.flatMap(({ asked: { name, limit }, runs }) =>
    limit === null ? [] : checkCrowds(name, limit, runs, { eventsOf, livesOf }),
  );
}

/** Never more runs of a group at once than its limit, over all of its schedules. */
export function checkGroups({ scenes, eventsOf, livesOf }: Lookup): string[] {
  const grouped = scenes.filter(({ asked }) => asked.group !== null);
  return [...listBy(grouped, ({ asked }) => asked.group!.name)].flatMap(([group, members]) => {
    const runs = members.flatMap((scene: Scene) => scene.runs);
    return checkCrowds(`group ${group}`, members[0]!.asked.group!.limit, runs, { eventsOf, livesOf });
  });
}

/** Never two attempts of one run at once: a job whose attempt is over is dead before the next one begins. */
export function checkAttemptsApart({ runById, nameOfRun, livesOf }: Lookup): string[] {
  return [...runById.values()].flatMap((run) => {
    const crowd = firstCrowd(livesOf(run.id).map(stayOfLife), 1);
    return crowd === null ? [] : [tellJobs(nameOfRun(run), 1, crowd)];
  });
}

function checkCrowds(
  name: string,
  limit: number,
  runs: readonly RunRow[],
  { eventsOf, livesOf }: Pick<Lookup, "eventsOf" | "livesOf">,
): string[] {
  const byRows = firstCrowd(
    runs.flatMap((run) => staysOfRun(eventsOf(run.id))),
    limit,
  );
  const byJobs = firstCrowd(
    runs.flatMap((run) => livesOf(run.id).map(stayOfLife)),
    limit,
  );
  return [
    ...(byRows === null ? [] : [tellRows(name, limit, byRows)]),
    ...(byJobs === null ? [] : [tellJobs(name, limit, byJobs)]),
  ];
}

/** From each claim until the next thing that ended the attempt; an attempt without an end stays for good. */
function staysOfRun(events: readonly EventRow[]): Stay[] {
  return events.flatMap((event, index) => {
    if (event.name !== "run.dispatched") return [];
    const end = events.slice(index + 1).find(({ name }) => endsAttempt(name));
    return [{ called: callAttempt(event), from: event.atMs, until: end?.atMs ?? Infinity }];
  });
}

function endsAttempt(name: string): boolean {
  return name !== "run.started" && name !== "run.cancel_requested";
}

function stayOfLife(life: JobLife): Stay {
  return { called: `${callAttempt(life)} (process ${life.pid})`, from: life.fromSec, until: life.untilSec };
}

function callAttempt({ runId, attempt }: { runId: string; attempt: number }): string {
  return `run ${runId} attempt ${attempt}`;
}

function tellRows(name: string, limit: number, { at, called }: Crowd): string {
  return `${name}: at ${instant(at)} ${called.join(" and ")} were under way, but ${limit} may be at once.`;
}

function tellJobs(name: string, limit: number, { at, called }: Crowd): string {
  return `${name}: ${at.toFixed(2)} s after the machine's start ${called.join(" and ")} were alive, but ${limit} may be at once.`;
}
