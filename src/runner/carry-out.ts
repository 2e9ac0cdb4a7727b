import type { FinishBody, StartAnswer } from "../api/internal/shapes.js";
import type { Outcome } from "../core/run.js";
import { isDisowned, upMs, type RunApi } from "./api.js";
import type { Job, JobEnd } from "./job.js";
import { keepLease } from "./keep-lease.js";
import { startTimer } from "./long-timer.js";
import { asksToCancel, type Orders } from "./orders.js";
import { outcomeOf, spawnFailed } from "./outcome.js";
import { Outbox } from "./outbox.js";
import { Output } from "./output.js";
import { say } from "./say.js";
import { sendOutput } from "./send-output.js";
import { catchShutdownSignals } from "./shutdown-signals.js";
import { startJob } from "./start-job.js";

/** Carries out a run that the server has let start: its job, its output, its end. Answers with the exit code. */
export async function carryOut(api: RunApi, start: StartAnswer): Promise<number> {
  const onShutdown = catchShutdownSignals();
  const gaveUp = new AbortController();
  const outbox = new Outbox();
  const output = new Output(outbox, start.logLimitBytes);
  const job = await startJob(start, output);
  onShutdown((count) => shutDown(job, count, gaveUp));
  const outcome = typeof job === "string" ? ended(spawnFailed(job)) : await attend(job);
  return gaveUp.signal.aborted ? 1 : finish(api, start, outcome, gaveUp.signal);

  async function attend(running: Job): Promise<Ended> {
    const leaseEnd = new AbortController();
    const orders = ordersFor(running, gaveUp);
    const lease = keepLease(api, start.heartbeatMs, orders, leaseEnd.signal);
    const sending = sendOutput(api, outbox, orders, gaveUp.signal);
    const outcome = ended(outcomeOf(await endOf(running, start.timeoutMs), start));
    output.end();
    await sending;
    leaseEnd.abort();
    await lease;
    return outcome;
  }
}

/** An outcome, and the instant at which it was known: its report may have to wait for the server. */
interface Ended {
  outcome: Outcome;
  endedUpMs: number;
}

function ended(outcome: Outcome): Ended {
  return { outcome, endedUpMs: upMs() };
}

function ordersFor(job: Job, gaveUp: AbortController): Orders {
  return {
    heed: (answer) => {
      if (asksToCancel(answer)) job.stop("cancel");
    },
    disown: (why) => {
      if (!gaveUp.signal.aborted)
        say(`The server has moved on without this runner (${why}); its job is ended.`);
      gaveUp.abort();
      job.stop("disowned");
    },
  };
}

async function endOf(job: Job, timeoutMs: number): Promise<JobEnd> {
  const callOff = startTimer(timeoutMs, () => job.stop("timeout"));
  const end = await job.ended;
  callOff();
  return end;
}

/** The first signal ends the job and reports it; the second ends the runner without the rest of its reports. */
function shutDown(job: Job | string, count: number, gaveUp: AbortController): void {
  if (typeof job !== "string") job.stop("shutdown");
  if (count < 2 || gaveUp.signal.aborted) return;
  say("Told to end a second time; what was not handed in yet is lost.");
  gaveUp.abort();
  if (typeof job !== "string") job.kill();
}

async function finish(
  api: RunApi,
  start: StartAnswer,
  { outcome, endedUpMs }: Ended,
  signal: AbortSignal,
): Promise<number> {
  const body = (): FinishBody => ({ ...outcome, endedAgoMs: Math.round(upMs() - endedUpMs) });
  const reply = await api.insist("finish", body, { signal });
  if (reply.kind === "taken") return 0;
  const what = isDisowned(reply) ? "the server has moved on" : "the server did not take it";
  say(`The end of run ${start.runId} (${outcome.status}) was not handed in: ${what} (${reply.message}).`);
  return 1;
}
