/** A statement of a built file, and what stands in its place. */
export interface Patch {
  file: string;
  find: string;
  replace: string;
}

interface Bug {
  patches?: Patch[];
  statements?: string[];
}

const bugs = {
  "unique-index": {
    statements: ["alter table runs drop constraint runs_schedule_id_fire_time_key"],
  },
} as const satisfies Record<string, Bug>;

export type PlantedBug = keyof typeof bugs;

/** Bugs that can be planted, to see that the torture finds them. */
export const plantedBugs: Record<PlantedBug, Bug> = bugs;
