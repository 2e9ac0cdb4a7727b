import { ProcessTree } from "./process-tree.js";

/** `belfry runner --end-job GROUP STARTED ASSIGNMENT`: ends all processes of a job whose runner is gone. */
export function endJob([groupId, startedAt, assignment = ""]: readonly string[]): number {
  new ProcessTree({ groupId: Number(groupId), startedAt: Number(startedAt), assignment }).kill();
  return 0;
}
