/** A part of a built file, how often it stands there if not once, and what stands in its place. */
export interface Patch {
  file: string;
  find: string;
  times?: number;
  replace: string;
}

interface Bug {
  patches?: Patch[];
  statements?: string[];
}

const noRowLock: Bug = {
  patches: [{ file: "store/due-schedules.js", find: "for no key update of s skip locked", replace: "" }],
};

const noUniqueFire: Bug = {
  patches: [{ file: "store/fires.js", find: "on conflict (schedule_id, fire_time) do nothing", replace: "" }],
  statements: ["alter table runs drop constraint runs_schedule_id_fire_time_key"],
};

const noTurn: Bug = {
  patches: [
    {
      file: "store/turn.js",
      find: "export const itsTurn = `(",
      replace: "export const itsTurn = `(true or ",
    },
  ],
};

const noOneAtATime: Bug = { statements: ["drop index runs_one_at_a_time"] };

const anyToken = "$2::int is not null and $3::text is not null";

const noFencing: Bug = {
  patches: [
    {
      file: "store/attempts.js",
      find: "and r.attempt = a.attempt and r.runner_token_hash = a.token_hash and r.status = 'dispatched'",
      replace: "and r.status = 'dispatched'",
    },
    {
      file: "store/attempts.js",
      find: "and r.attempt = a.attempt and r.runner_token_hash = a.token_hash and r.status = 'running'",
      times: 2,
      replace: "and r.status = 'running'",
    },
    {
      file: "store/attempts.js",
      find: "where id = $1 and attempt = $2 and runner_token_hash = $3 and status = 'running'",
      replace: `where id = $1 and ${anyToken} and status = 'running'`,
    },
    {
      file: "store/run-logs.js",
      find: "where r.id = $1 and r.attempt = $2 and r.runner_token_hash = $3 and r.status = 'running'",
      replace: `where r.id = $1 and ${anyToken} and r.status = 'running'`,
    },
    {
      file: "store/attempt-ends.js",
      find: "where r.attempt = e.attempt and r.status in",
      replace: "where r.status in",
    },
    {
      file: "store/attempt-ends.js",
      find: "where r.id = t.run_id and r.attempt = t.attempt and r.status in",
      replace: "where r.id = t.run_id and r.status in",
    },
    {
      file: "store/attempt-ends.js",
      find: "(r.runner_token_hash = t.token_hash and r.status = 'running')",
      replace: "r.status = 'running'",
    },
  ],
};

/** Both at once: where one belt holds while the other is gone, only this shows what both are for. */
function both(first: Bug, second: Bug): Bug {
  return {
    patches: [...(first.patches ?? []), ...(second.patches ?? [])],
    statements: [...(first.statements ?? []), ...(second.statements ?? [])],
  };
}

const bugs = {
  "row-lock": noRowLock,
  "unique-fire": noUniqueFire,
  "row-lock-and-unique-fire": both(noRowLock, noUniqueFire),
  fencing: noFencing,
  turn: noTurn,
  "one-at-a-time": noOneAtATime,
  "turn-and-one-at-a-time": both(noTurn, noOneAtATime),
  "limit-lock": {
    patches: [{ file: "store/claims.js", find: "await lockLimits(session, locks);", replace: "" }],
  },
  "retry-count": {
    patches: [
      {
        file: "store/attempt-ends.js",
        find: "failures = r.failures + case when t.next_status = 'pending' then 1 else 0 end",
        replace: "failures = r.failures",
      },
    ],
  },
  "endless-lease": {
    patches: [
      { file: "runner/lease.js", find: "this.#actions.onLate();", replace: "" },
      { file: "runner/lease.js", find: "this.#actions.onOver()", replace: "undefined" },
      {
        file: "runner/carry-out.js",
        find: "renewedAt + (leaseMs * 29) / 30",
        replace: "renewedAt + 3_600_000",
      },
    ],
  },
} as const satisfies Record<string, Bug>;

export type PlantedBug = keyof typeof bugs;

/** Bugs that can be planted, to see that the torture finds them. `docs/torture.md` says how soon it does. */
export const plantedBugs: Record<PlantedBug, Bug> = bugs;
