import type { Lookup } from "./scene.js";

/** No run has more attempts that count than its schedule allows: those that were begun, and those that failed. */
export function checkRetries({ scenes, livesOf }: Lookup): string[] {
  return scenes.flatMap(({ asked: { name, attempts }, runs }) =>
    runs.flatMap((run) => {
      const begun = new Set(livesOf(run.id).map(({ attempt }) => attempt)).size;
      const failed = run.failures + (run.status === "failed" ? 1 : 0);
      const most = Math.max(begun, failed);
      if (most <= attempts) return [];
      return [`${name}: run ${run.id} has ${most} attempts that count, but ${attempts} may be.`];
    }),
  );
}
