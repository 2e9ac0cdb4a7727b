/** The library's front door: all that is here is public, and changes with the major version only. */
export { nextFire } from "./core/next-fire.js";
export { decide } from "./core/decide.js";
export type { Decision, OverlapPolicy } from "./core/decide.js";
export { BelfryError } from "./core/errors.js";
export type { ErrorCode } from "./core/errors.js";
export type { ErrorKind, FireReason, Run, RunStatus, SkipReason } from "./core/run.js";
export type { Command, Schedule, ScheduleDefinition } from "./core/schedule.js";
export { createSubprocessDispatcher } from "./dispatchers/subprocess.js";
export type { SubprocessDispatcher, SubprocessOptions } from "./dispatchers/subprocess.js";
export type {
  DispatchHandle,
  DispatchRequest,
  JobDispatcher,
  RunnerExit,
} from "./dispatchers/dispatcher.js";
export type { InstallationTokenProvider } from "./github/installation-tokens.js";
export { createSchedule } from "./scheduler/create-schedule.js";
export type { NewSchedule } from "./scheduler/create-schedule.js";
export type { Deps } from "./scheduler/deps.js";
export type { Log } from "./scheduler/log.js";
export { loop } from "./scheduler/loop.js";
export type { LoopOptions } from "./scheduler/loop.js";
export { sweepOrphans } from "./scheduler/sweep.js";
export { tick } from "./scheduler/tick.js";
export type { Stats } from "./scheduler/tick.js";
export { openDatabase } from "./store/database.js";
export type { Database, Pool, PoolClient, Queryable, QueryResult } from "./store/database.js";
export { Signer } from "./token/signer.js";
export type { RunClaims, SignedToken } from "./token/signer.js";
