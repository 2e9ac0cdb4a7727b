import type { ConcurrencyGroup, Policies } from "../../core/policies/policies.js";
import type { RetryPolicy } from "../../core/policies/retry.js";
import { spanText } from "../schedule/timing-text.js";

/** `3 attempts, exponential from 30s to 1h, on timeout, 75`; `none` for null. */
export function retryText(retry: RetryPolicy | null): string {
  if (retry === null) return "none";
  return `${retry.attempts} attempts, ${pausesText(retry)}, on ${retry.on.join(", ")}`;
}

function pausesText({ backoff, delaySec, maxDelaySec }: RetryPolicy): string {
  const delay = spanText(delaySec);
  return backoff === "fixed" ? `fixed ${delay}` : `${backoff} from ${delay} to ${spanText(maxDelaySec)}`;
}

/** `75 retry, 99 skip`; `none` for an empty map. */
export function exitCodesText(exitCodes: Policies["exitCodes"]): string {
  const codes = Object.entries(exitCodes).map(([code, action]) => `${code} ${action}`);
  return codes.length === 0 ? "none" : codes.join(", ");
}

/** `database, 2 at once`; `none` for null. */
export function groupText(group: ConcurrencyGroup | null): string {
  return group === null ? "none" : `${group.name}, ${group.limit} at once`;
}
