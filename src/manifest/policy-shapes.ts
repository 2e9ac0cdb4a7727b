import { z } from "zod";
import {
  checkCoolDownSec,
  checkGraceSec,
  checkGroupLimit,
  checkGroupName,
  checkKeepRuns,
  checkKeepSec,
  checkMaxConcurrent,
  checkPauseAfter,
  checkPriority,
  checkQueueDepth,
  checkStartDeadlineSec,
} from "../core/policies/check-policies.js";
import { countShape } from "./count-shape.js";
import { obeys } from "./laws.js";
import { orFalse } from "./or-false.js";
import { exitCodesShape, retryShape } from "./retry-shape.js";
import { secondsShape } from "./seconds-shape.js";
import { mustBe } from "./words.js";

export const groupShape = z.strictObject(
  {
    name: z.string(mustBe("a name that the schedules of the group share")).superRefine(obeys(checkGroupName)),
    limit: countShape("how many of its runs may be under way at once, such as 2", checkGroupLimit),
  },
  mustBe("a map such as { name: database, limit: 2 }, or false for none"),
);

export const keepMapShape = z.strictObject(
  {
    for: secondsShape(checkKeepSec).optional(),
    runs: countShape("how many runs to keep, such as 1000", checkKeepRuns).optional(),
  },
  mustBe("a duration, such as 30d, or a map with for, runs or both, such as { for: 30d, runs: 1000 }"),
);

const keep = z.preprocess(
  (written) => (typeof written === "string" || typeof written === "number" ? { for: written } : written),
  keepMapShape,
);

/** The keys for policies, which may all stand in `defaults` too. */
export const policyKeys = {
  grace: secondsShape(checkGraceSec).optional(),
  retry: orFalse(retryShape).optional(),
  exit_codes: exitCodesShape.optional(),
  pause_after: orFalse(
    countShape("a whole number of failures, such as 5, or false for never", checkPauseAfter),
  ).optional(),
  cool_down: secondsShape(checkCoolDownSec).optional(),
  max_concurrent: orFalse(
    countShape("a whole number of runs, such as 3, or false for none", checkMaxConcurrent),
  ).optional(),
  queue_depth: orFalse(
    countShape("a whole number of runs, such as 10, or false for any number", checkQueueDepth),
  ).optional(),
  concurrency_group: orFalse(groupShape).optional(),
  priority: countShape("a whole number from -100 to 100", checkPriority).optional(),
  start_deadline: orFalse(secondsShape(checkStartDeadlineSec)).optional(),
  keep: keep.optional(),
};
