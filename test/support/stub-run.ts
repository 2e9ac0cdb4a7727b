import { setTimeout as sleep } from "node:timers/promises";
import { EventEmitter } from "node:events";
import {
  finishBody,
  heartbeatBody,
  logsBody,
  startBody,
  type FinishBody,
  type LogChunk,
  type LogStream,
  type StartAnswer,
} from "../../src/api/internal/shapes.js";

export type Door = "start" | "logs" | "heartbeat" | "finish";

export interface StubAnswer {
  status: number;
  body: object;
}

const doors = { start: startBody, logs: logsBody, heartbeat: heartbeatBody, finish: finishBody };

/** One run of the stub API: what its runner is told, and what it has reported. */
export class StubRun {
  readonly id: string;
  readonly token: string;
  readonly startAnswer: StartAnswer;
  readonly runnerIds: string[] = [];
  readonly chunks: LogChunk[] = [];
  readonly finishes: FinishBody[] = [];
  #late: { door: Door; ms: number } | null = null;
  /** What a runner has done that the contract does not allow; tests hold it to be empty. */
  readonly violations: string[] = [];
  readonly requests: Record<Door, number> = { start: 0, logs: 0, heartbeat: 0, finish: 0 };
  /** Emits "change" after every request and order. */
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #faults: { door: Door; fault: StubAnswer | "lost" }[] = [];
  #isCancelRequested = false;
  #isEnded = false;

  constructor(startAnswer: StartAnswer, lifetimeSec: number) {
    this.id = startAnswer.runId;
    this.startAnswer = startAnswer;
    this.token = runTokenOf(startAnswer.runId, lifetimeSec);
  }

  /** The output that has arrived, of one stream or of all. */
  text(stream?: LogStream): string {
    const chunks = this.chunks.filter((chunk) => stream === undefined || chunk.stream === stream);
    return chunks.map((chunk) => chunk.text).join("");
  }

  /** Asks for the run to be cancelled. */
  cancel(): void {
    this.#isCancelRequested = true;
    this.#changes.emit("change");
  }

  /** Ends the run without its runner, as the sweep does. */
  end(): void {
    this.#isEnded = true;
    this.#changes.emit("change");
  }

  /** The next requests at this door get these answers, one each; "lost" ones are acted upon but not answered. */
  misbehave(door: Door, ...faults: (StubAnswer | "lost")[]): void {
    for (const fault of faults) this.#faults.push({ door, fault });
  }

  /** From now on what is asked at this door is acted upon at once, and answered so much later. */
  answerLate(door: Door, ms: number): void {
    this.#late = { door, ms };
  }

  /** Resolves as soon as the condition holds; it is asked again after every request. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => this.#changes.once("change", resolve));
  }

  /** Resolves with how the run ended, as its runner said. */
  async finished(): Promise<FinishBody> {
    await this.until(() => this.finishes.length > 0);
    return this.finishes[0]!;
  }

  /** Acts upon a request. Null: its answer is lost. */
  async answer(door: Door, body: unknown): Promise<StubAnswer | null> {
    const answer = await this.#answerOf(door, body);
    if (this.#late?.door === door) await sleep(this.#late.ms);
    this.requests[door] += 1;
    this.#changes.emit("change");
    return answer;
  }

  async #answerOf(door: Door, body: unknown): Promise<StubAnswer | null> {
    const at = this.#faults.findIndex((entry) => entry.door === door);
    const fault = at === -1 ? null : this.#faults.splice(at, 1)[0]!.fault;
    if (fault !== null && fault !== "lost") return fault;
    const answer = await this.#act(door, body);
    return fault === "lost" ? null : answer;
  }

  async #act(door: Door, body: unknown): Promise<StubAnswer> {
    const read = doors[door].safeParse(body);
    if (!read.success) {
      this.violations.push(`${door}: ${read.error.message}`);
      return problem(400, "invalid_request");
    }
    if (this.#isEnded) return problem(409, "run_ended");
    if (door === "start") return this.#start(startBody.parse(body).runnerId);
    if (this.runnerIds.length === 0) return problem(409, "run_not_running");
    if (door === "logs") return this.#logs(logsBody.parse(body).chunks);
    if (door === "heartbeat") return this.#heartbeat(heartbeatBody.parse(body).waitMs);
    this.finishes.push(finishBody.parse(body));
    this.end();
    return { status: 200, body: {} };
  }

  #start(runnerId: string): StubAnswer {
    this.runnerIds.push(runnerId);
    const isFirst = this.runnerIds.every((known) => known === runnerId);
    return isFirst ? { status: 200, body: this.startAnswer } : problem(409, "run_already_started");
  }

  #logs(chunks: LogChunk[]): StubAnswer {
    for (const chunk of chunks) {
      const known = this.chunks[chunk.seq];
      if (known === undefined && chunk.seq === this.chunks.length) this.chunks.push(chunk);
      else if (known?.text !== chunk.text) this.violations.push(`logs: chunk ${chunk.seq} is out of order`);
    }
    return this.#orders();
  }

  async #heartbeat(waitMs: number): Promise<StubAnswer> {
    const news = this.until(() => this.#isCancelRequested || this.#isEnded);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([news, new Promise((resolve) => (timer = setTimeout(resolve, waitMs)))]);
    clearTimeout(timer);
    return this.#isEnded ? problem(409, "run_ended") : this.#orders();
  }

  #orders(): StubAnswer {
    return { status: 200, body: { cancelRequested: this.#isCancelRequested } };
  }
}

/** An error as the API says it. */
export function problem(status: number, code: string): StubAnswer {
  return {
    status,
    body: { type: "about:blank", title: code, status, code, detail: `The stub says ${code}.` },
  };
}

/** Something that has the form of a run token; only its expiry is ever read. */
function runTokenOf(runId: string, lifetimeSec: number): string {
  const iat = Math.floor(Date.now() / 1000);
  return `${base64Of({ alg: "HS256" })}.${base64Of({ sub: runId, iat, exp: iat + lifetimeSec })}.stub`;
}

function base64Of(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
