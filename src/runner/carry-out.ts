import type { FinishBody, StartAnswer } from "../api/internal/shapes.js";
import type { Outcome } from "../core/run.js";
import { isDisowned, type RunApi } from "./api.js";
import { upMs } from "./clock.js";
import { fetchSecrets } from "./fetch-secrets.js";
import type { Guard, GuardedJob } from "./guard.js";
import type { Job, JobEnd } from "./job.js";
import { runnerVariable } from "./job-environment.js";
import { keepLease } from "./keep-lease.js";
import { Lease, leaseGraceMs } from "./lease.js";
import { startTimer } from "./long-timer.js";
import { asksToCancel, type Orders } from "./orders.js";
import { lostBeforeStart, outcomeOf, secretMissing, spawnFailed } from "./outcome.js";
import { Outbox } from "./outbox.js";
import { Output } from "./output.js";
import type { Say } from "./say.js";
import { sendOutput } from "./send-output.js";
import type { ShutdownHandler } from "./shutdown-signals.js";
import { startJob, type Workplace } from "./start-job.js";

/** What a run is carried out with. */
export interface Tools extends Workplace {
  guard: Guard;
  say: Say;
  /** Says what is to be done when the runner is told to end, or was already. */
  onShutdown(handler: ShutdownHandler): void;
}

/** A run that the server has let start. */
export interface StartedRun {
  api: RunApi;
  start: StartAnswer;
  runnerId: string;
}

/** Carries a run out: its job, its output, its end. Answers with the exit code. */
export async function carryOut({ api, start: begun, runnerId }: StartedRun, tools: Tools): Promise<number> {
  const gaveUp = new AbortController();
  const prepared = await fetchSecrets(api, begun);
  if (typeof prepared === "string") {
    return finish(api, begun, ended(secretMissing(prepared)), gaveUp.signal, tools.say);
  }
  const { start, redaction } = prepared;
  const say: Say = (line) => tools.say(redaction.redact(line));
  const outbox = new Outbox();
  const output = new Output(outbox, start.logLimitBytes, redaction);
  if (isTooLate(api, start)) return finish(api, start, ended(lostBeforeStart()), gaveUp.signal, say);
  const guarded = tools.guard.expect(`${runnerVariable}=${runnerId}`, guardedUntil(api.takenAt(), start));
  const job = await startJob(start, output, runnerId, tools);
  if (typeof job === "string") guarded.release();
  tools.onShutdown((count) => shutDown(job, count, gaveUp, say));
  const outcome = typeof job === "string" ? ended(spawnFailed(redaction.redact(job))) : await attend(job);
  return gaveUp.signal.aborted ? 1 : finish(api, start, outcome, gaveUp.signal, say);

  async function attend(running: Job): Promise<Ended> {
    const leaseEnd = new AbortController();
    const orders = ordersFor(running, start, gaveUp, say);
    const watch = watchOrKill(running);
    const heartbeats = keepLease(api, start, orders, leaseEnd.signal);
    const sending = sendOutput(api, outbox, orders, say, gaveUp.signal);
    const outcome = ended(outcomeOf(await endOf(running, start.timeoutMs, watch), start));
    output.end();
    await sending;
    leaseEnd.abort("ended");
    await heartbeats;
    return outcome;
  }

  /** A job that cannot be guarded must not go on. */
  function watchOrKill(running: Job): LeaseWatch {
    try {
      return watchLease({ api, start }, running, { guarded, say });
    } catch (error) {
      running.kill();
      guarded.release();
      throw error;
    }
  }
}

/** The answer to the start may have been long on its way, or the runner stood still: another may have the run by now. */
function isTooLate(api: RunApi, { leaseMs, soleServer }: StartAnswer): boolean {
  return !soleServer && upMs() >= api.takenAt() + (leaseMs * 5) / 6;
}

/** An outcome, and the instant at which it was known: its report may have to wait for the server. */
interface Ended {
  outcome: Outcome;
  endedAt: number;
}

function ended(outcome: Outcome): Ended {
  return { outcome, endedAt: upMs() };
}

function ordersFor(job: Job, start: StartAnswer, gaveUp: AbortController, say: Say): Orders {
  return {
    heed: (answer) => {
      if (asksToCancel(answer)) job.stop("cancel");
    },
    disown: (why) => {
      if (!gaveUp.signal.aborted)
        say(`The server has moved on without this runner (${why}); its job is ended.`);
      gaveUp.abort();
      // Another may have begun already.
      job.stop("disowned", Math.min(start.graceMs, leaseGraceMs(start)));
    },
  };
}

/** After the runner has had its time to end the job, and still before the lease is over. */
function guardedUntil(renewedAt: number, { leaseMs }: StartAnswer): number {
  return renewedAt + (leaseMs * 29) / 30;
}

/** Both watch a job's lease: its runner, and a guard for when that is gone or stands still. */
interface LeaseWatch {
  /** Whether the guard has not heard in time that the job may go on. */
  guardHasStruck: () => boolean;
  close: () => void;
}

/** Ends the job when its lease does; the guard comes after the runner. */
function watchLease(
  { api, start }: Pick<StartedRun, "api" | "start">,
  job: Job,
  { guarded, say }: { guarded: GuardedJob; say: Say },
): LeaseWatch {
  let until = guardedUntil(api.takenAt(), start);
  let hasStruck = false;
  const guardHasStruck = (): boolean => (hasStruck ||= upMs() >= until);
  guarded.watch(job.groupId);
  const lease = new Lease(start, api.takenAt(), {
    onLate: () => {
      say(`Run ${start.runId} lost its lease: no report of it was taken. Its job is ended.`);
      job.stop("lease", leaseGraceMs(start));
    },
    onOver: () => job.kill(),
    onRenewed: (renewedAt) => {
      guardHasStruck();
      until = guardedUntil(renewedAt, start);
      guarded.renew(until);
    },
  });
  api.onReply((reply, sentAt) => lease.heed(reply, sentAt));
  const close = (): void => {
    lease.close();
    guarded.release();
  };
  return { guardHasStruck, close };
}

async function endOf(job: Job, timeoutMs: number, { guardHasStruck, close }: LeaseWatch): Promise<JobEnd> {
  const callOff = startTimer(timeoutMs, () => job.stop("timeout"));
  const end = await job.ended;
  callOff();
  close();
  // A runner that stood still finds its job killed by the guard.
  const byGuard = end.stoppedBy === null && end.exitSignal === "SIGKILL" && guardHasStruck();
  return byGuard ? { ...end, stoppedBy: "lease", neededKill: true } : end;
}

/** The first signal ends the job and reports it; the second ends the runner without the rest of its reports. */
function shutDown(job: Job | string, count: number, gaveUp: AbortController, say: Say): void {
  if (typeof job !== "string") job.stop("shutdown");
  if (count < 2 || gaveUp.signal.aborted) return;
  say("Told to end a second time; what was not handed in yet is lost.");
  gaveUp.abort();
  if (typeof job !== "string") job.kill();
}

async function finish(
  api: RunApi,
  start: StartAnswer,
  { outcome, endedAt }: Ended,
  signal: AbortSignal,
  say: Say,
): Promise<number> {
  const body = (): FinishBody => ({ ...outcome, endedAgoMs: Math.round(upMs() - endedAt) });
  // The lease is renewed no more: a server that comes back must hear of the end before it takes the run for lost.
  const reply = await api.insist("finish", body, {
    signal,
    timeoutMs: Math.max(1000, start.leaseMs / 4),
    longestPauseMs: start.leaseMs / 6,
  });
  if (reply.kind === "taken") return 0;
  const what = isDisowned(reply) ? "the server has moved on" : "the server did not take it";
  say(`The end of run ${start.runId} (${outcome.status}) was not handed in: ${what} (${reply.message}).`);
  return 1;
}
