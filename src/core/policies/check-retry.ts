import { checkWord, isWithin, quoted, wrong } from "../law.js";
import { exitActions } from "./exit-action.js";
import { backoffs, type RetryPolicy, retryWords } from "./retry.js";

const longestDelaySec = 30 * 86_400;

/** Throws `invalid_schedule` unless it is null, or the whole of a retry policy. */
export function checkRetry(retry: unknown): void {
  if (retry === null) return;
  if (typeof retry !== "object" || Array.isArray(retry)) {
    throw wrong("A retry policy has attempts, backoff, delay, max delay and on; or it is null.");
  }
  const policy = retry as RetryPolicy;
  checkAttempts(policy.attempts);
  checkBackoff(policy.backoff);
  checkDelaySec(policy.delaySec);
  checkMaxDelaySec(policy.maxDelaySec);
  checkFailures(policy.on);
  policy.on.forEach(checkFailure);
  checkDelays(policy);
}

export function checkAttempts(attempts: unknown): void {
  if (isWithin(attempts, 2, 100)) return;
  throw wrong(
    `The attempts are a whole number from 2 to 100, the first one included; this is ${quoted(attempts)}.`,
  );
}

export function checkBackoff(backoff: unknown): void {
  checkWord(backoff, backoffs, "how the pauses between attempts grow");
}

export function checkDelaySec(seconds: unknown): void {
  if (isWithin(seconds, 0, longestDelaySec)) return;
  throw wrong(
    `The delay of a retry is whole seconds, at most 30 days, such as 30s; this is ${quoted(seconds)}.`,
  );
}

export function checkMaxDelaySec(seconds: unknown): void {
  if (isWithin(seconds, 0, longestDelaySec)) return;
  throw wrong(
    `The longest delay of a retry is whole seconds, at most 30 days, such as 1h; this is ${quoted(seconds)}.`,
  );
}

/** Throws `invalid_schedule` unless it is a list, not empty, that names nothing twice. */
export function checkFailures(on: unknown): void {
  if (!Array.isArray(on) || on.length === 0) {
    throw wrong("What is tried again is a list of failures and exit codes, such as [timeout, 75].");
  }
  const twice = on.find((each, index) => on.indexOf(each) < index) as unknown;
  if (twice !== undefined) throw wrong(`${quoted(twice)} is there twice. Keep one of the two.`);
}

/** Throws `invalid_schedule` unless it is a word for a kind of failure, or an exit code. */
export function checkFailure(failure: unknown): void {
  if (isWithin(failure, 1, 255)) return;
  if (typeof failure === "number") {
    throw wrong(`A command that fails ends with an exit code from 1 to 255; this is ${quoted(failure)}.`);
  }
  if ((retryWords as readonly unknown[]).includes(failure)) return;
  throw wrong(`${quoted(failure)} is not a failure. Write ${retryWords.join(", ")}, or an exit code.`);
}

/** Throws `invalid_schedule` if the first pause between two attempts is longer than the longest. */
export function checkDelays({ delaySec, maxDelaySec }: Pick<RetryPolicy, "delaySec" | "maxDelaySec">): void {
  if (delaySec <= maxDelaySec) return;
  throw wrong("The delay of the retry is longer than its longest delay. Turn them round.");
}

/** Throws `invalid_schedule` unless it maps exit codes to what they mean. */
export function checkExitCodes(exitCodes: unknown): void {
  if (typeof exitCodes !== "object" || exitCodes === null || Array.isArray(exitCodes)) {
    throw wrong("The exit codes are a map of codes to what they mean, such as { 75: retry }.");
  }
  for (const [code, action] of Object.entries(exitCodes)) {
    checkExitCode(code);
    checkExitAction(action);
  }
}

export function checkExitCode(code: string): void {
  if (/^[1-9]\d{0,2}$/.test(code) && Number(code) <= 255) return;
  throw wrong(`${quoted(code)} is not an exit code of a command that fails. Write a number from 1 to 255.`);
}

export function checkExitAction(action: unknown): void {
  checkWord(action, exitActions, "what an exit code means");
}
