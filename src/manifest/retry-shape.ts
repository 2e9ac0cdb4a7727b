import { z } from "zod";
import {
  checkAttempts,
  checkBackoff,
  checkDelays,
  checkDelaySec,
  checkExitAction,
  checkExitCode,
  checkFailure,
  checkMaxDelaySec,
  checkFailures,
} from "../core/policies/check-retry.js";
import type { ExitAction } from "../core/policies/exit-action.js";
import type { Backoff, RetryOn } from "../core/policies/retry.js";
import { countShape } from "./count-shape.js";
import { obeys } from "./laws.js";
import { secondsShape } from "./seconds-shape.js";
import { wordShape } from "./word-shape.js";
import { mustBe } from "./words.js";

const attempts = countShape("how many attempts there may be in all, such as 3", checkAttempts);

const failure = z
  .union([z.string(), z.number()], mustBe("a kind of failure, such as timeout, or an exit code"))
  .superRefine(obeys(checkFailure))
  .transform((written) => written as RetryOn);

/** A retry that is written as a map. */
export const retryMapShape = z
  .strictObject(
    {
      attempts: attempts.optional(),
      backoff: wordShape<Backoff>("fixed or exponential", checkBackoff).optional(),
      delay: secondsShape(checkDelaySec).optional(),
      max_delay: secondsShape(checkMaxDelaySec).optional(),
      on: z
        .array(failure, mustBe("a list, such as [timeout, 75]"))
        .superRefine(obeys(checkFailures))
        .optional(),
    },
    mustBe("a number of attempts, such as 3, a map such as { attempts: 3, delay: 1m }, or false for none"),
  )
  .superRefine(
    obeys(({ delay = 0, max_delay = delay }) => checkDelays({ delaySec: delay, maxDelaySec: max_delay })),
  );

/** A retry: a map, or only a number of attempts. */
export const retryShape = z.preprocess(
  (written) => (typeof written === "number" ? { attempts: written } : written),
  retryMapShape,
);

export const exitCodesShape = z.record(
  z.string().superRefine(obeys(checkExitCode)),
  wordShape<ExitAction>("skip, retry or fail", checkExitAction),
  mustBe("a map of exit codes to what they mean, such as { 75: retry, 99: skip }"),
);
