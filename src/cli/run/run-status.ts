import type { RunJson } from "../../api/public/shapes.js";
import type { RunStatus } from "../../core/run.js";
import { waitsForAttempt } from "./attempt-text.js";
import type { Colors } from "../io.js";

type StatusFields = Pick<
  RunJson,
  | "status"
  | "errorKind"
  | "exitCode"
  | "exitSignal"
  | "skipReason"
  | "retryAt"
  | "cancelRequestedAt"
  | "finishedAt"
>;

/** A run's status with its reason: `failed (exit_code 3)`, `skipped (overlap)`, `pending (retry)`. */
export function statusText(run: StatusFields): string {
  const reason = reasonOf(run);
  return reason === null ? run.status : `${run.status} (${reason})`;
}

/** The same, in the status's colour; a status that only a newer server knows has none. */
export function coloredStatus(run: StatusFields, colors: Colors): string {
  return colors[colorOf[run.status] ?? "reset"](statusText(run));
}

const colorOf: Record<RunStatus, "gray" | "cyan" | "green" | "red" | "yellow"> = {
  pending: "cyan",
  dispatched: "cyan",
  running: "cyan",
  succeeded: "green",
  failed: "red",
  cancelled: "yellow",
  skipped: "gray",
};

function reasonOf(run: StatusFields): string | null {
  if (run.skipReason !== null) return run.skipReason;
  if (run.errorKind === "exit_code" && run.exitCode !== null) return `exit_code ${run.exitCode}`;
  if (run.errorKind === "signal" && run.exitSignal !== null) return `signal ${run.exitSignal}`;
  if (run.errorKind !== null) return run.errorKind;
  if (waitsForAttempt(run)) return "retry";
  return run.cancelRequestedAt !== null && run.finishedAt === null ? "cancel requested" : null;
}
