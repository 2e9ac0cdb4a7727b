import { z } from "zod";
import { errorKinds } from "../../core/run.js";

/** The runner's id makes a repeated start (its answer was lost) the same start. */
export const startBody = z.strictObject({ runnerId: z.string().min(8).max(100) });

/** All that a runner needs to know to carry its run out. */
export const startAnswer = z.object({
  runId: z.string(),
  attempt: z.int(),
  scheduleName: z.string(),
  /** The nominal instant, or for a run by hand the instant it was asked for. */
  fireTime: z.string(),
  /** The oldest of the fires that the run stands for; the fire time itself if there is but one. */
  coversFrom: z.string(),
  coversCount: z.int(),
  /** argv, or a line for the shell. */
  command: z.union([z.array(z.string()), z.string()]),
  cwd: z.string().nullable(),
  env: z.record(z.string(), z.string()),
  /** Variables whose values are secrets, and the keys of those: the runner asks for the values. Absent: there are none. */
  secretEnv: z.record(z.string(), z.string()).optional(),
  /** What whoever asked for the run gives to it; an older server has none. */
  parameters: z.record(z.string(), z.string()).optional(),
  timeoutMs: z.number(),
  /** From SIGTERM to SIGKILL. */
  graceMs: z.number(),
  /** How long a heartbeat may wait for a cancel before it is answered; also the pause between two after an error. */
  heartbeatMs: z.number(),
  /** So many bytes of the beginning of the output are kept; of what comes after, the last 64 KiB. */
  logLimitBytes: z.number(),
  /** For how long after a report that was taken the runner has the right to go on. It ends its job before that is over. */
  leaseMs: z.number(),
  /** No other server can give the run to another runner: while none answers at all, the lease does not run. */
  soleServer: z.boolean(),
  /** When the token expires: reports later than this are refused. */
  reportUntil: z.string(),
});

export const logStreams = ["stdout", "stderr", "belfry"] as const;

export const logChunk = z.strictObject({
  /** From 0, in the order of arrival over both streams; a repeated one is taken once. */
  seq: z.int().min(0),
  at: z.iso.datetime(),
  stream: z.enum(logStreams),
  /** Valid text without NUL: the runner has replaced what was not. */
  text: z.string().max(262_144),
});

export const logsBody = z.strictObject({ chunks: z.array(logChunk).min(1).max(1000) });

/** With `waitMs` the answer may be held back until a cancel is asked for. */
export const heartbeatBody = z.strictObject({ waitMs: z.int().min(0).max(60_000).default(0) });

export const finishBody = z
  .strictObject({
    status: z.enum(["succeeded", "failed", "cancelled"]),
    errorKind: z.enum(errorKinds).nullable(),
    errorMessage: z.string().max(4000).nullable(),
    exitCode: z.int().min(-2_147_483_648).max(2_147_483_647).nullable(),
    exitSignal: z.string().max(20).nullable(),
    /** How long ago the command ended: a report may have had to wait for the server. A span, since hosts' clocks differ. */
    endedAgoMs: z.int().min(0).default(0),
  })
  .refine(({ status, errorKind }) => (status === "failed") === (errorKind !== null), {
    path: ["errorKind"],
    message: "A failed run says why, and no other does.",
  })
  .refine(
    ({ status, exitCode, exitSignal }) => status !== "succeeded" || (!exitCode && exitSignal === null),
    {
      path: ["exitCode"],
      message: "A run that succeeded has exit code 0 and no signal.",
    },
  )
  .refine(({ status, errorMessage }) => status !== "succeeded" || errorMessage === null, {
    path: ["errorMessage"],
    message: "A run that succeeded has no error.",
  });

/** A runner asks for all secrets that its token names. */
export const secretsBody = z.strictObject({});

/** Their values, by the keys of `secretEnv`. */
export const secretsAnswer = z.object({ values: z.record(z.string(), z.string()) });

/** The answer to logs and heartbeats. */
export const orders = z.object({ cancelRequested: z.boolean() });

export type StartBody = z.input<typeof startBody>;
export type StartAnswer = z.infer<typeof startAnswer>;
export type LogStream = (typeof logStreams)[number];
export type LogChunk = z.infer<typeof logChunk>;
export type LogsBody = z.input<typeof logsBody>;
export type HeartbeatBody = z.input<typeof heartbeatBody>;
export type FinishBody = z.input<typeof finishBody>;
export type SecretsAnswer = z.infer<typeof secretsAnswer>;
export type Orders = z.infer<typeof orders>;
