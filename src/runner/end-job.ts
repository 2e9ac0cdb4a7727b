import { killMarked, ProcessTree } from "./process-tree.js";

/** `belfry runner --end-job ASSIGNMENT [GROUP STARTED]`: ends all processes of a job whose runner is gone. */
export function endJob([assignment = "", groupId, startedAt]: readonly string[]): number {
  if (groupId === undefined) killMarked(assignment);
  else new ProcessTree({ groupId: Number(groupId), startedAt: Number(startedAt), assignment }).kill();
  return 0;
}
