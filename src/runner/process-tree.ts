import { readFileSync } from "node:fs";
import { groupLives, signalGroup, trySignal } from "./process-group.js";
import { allStats, isAtWork, type ProcessStat, statOf } from "./process-stat.js";

/** How the processes of one job are known. */
export interface JobMarks {
  /** Of the job's first process, which leads its group and its session. */
  groupId: number;
  /** When that was started, as `ProcessStat` counts; null if nobody knows. */
  startedAt: number | null;
  /** An entry of its environment that no other job has, such as `BELFRY_RUNNER=...`. */
  assignment: string;
}

/** After so many looks a job that still makes new processes is left to its next signal. */
const mostLooks = 20;

/**
 * All processes of one job: its group, and on Linux also those that have left it: other groups of its session, what descends
 * from any of them, and what carries its mark. Elsewhere it is the group. What is not the job's is never signalled.
 */
export class ProcessTree {
  readonly #marks: JobMarks;
  /** Those that were seen outside of the group. */
  #escaped: ProcessStat[] = [];

  constructor(marks: JobMarks) {
    this.#marks = marks;
  }

  /** Signals them all. The look comes first: when a parent is gone, nobody knows any more whose child it was. */
  signal(signal: NodeJS.Signals): void {
    this.#look();
    if (this.#groupIsOurs()) signalGroup(this.#marks.groupId, signal);
    for (const { pid } of this.#escaped) trySignal(pid, signal);
  }

  /** SIGKILL to them all, again until a look finds none that was not there before. */
  kill(): void {
    const seen = new Set<string>();
    for (let looks = 0; looks < mostLooks; looks += 1) {
      this.signal("SIGKILL");
      const found = this.#escaped.map(nameOf).filter((name) => !seen.has(name));
      if (found.length === 0) return;
      for (const name of found) seen.add(name);
    }
  }

  /** Whether the group, or anything that was seen outside of it, is at work. */
  lives(): boolean {
    if (this.#groupIsOurs() && groupLives(this.#marks.groupId)) return true;
    return this.#escaped.some(({ pid, startedAt }) => {
      const now = statOf(pid);
      return now?.startedAt === startedAt && isAtWork(now);
    });
  }

  /** A group's id is not given again while it has a member; a leader of another age has another group. */
  #groupIsOurs(): boolean {
    const leader = statOf(this.#marks.groupId);
    return leader === null || this.#marks.startedAt === null || leader.startedAt === this.#marks.startedAt;
  }

  #look(): void {
    const all = allStats().filter(({ pid }) => pid !== process.pid);
    const known = new Set(this.#escaped.map(nameOf));
    const isOurs = this.#groupIsOurs();
    const first = all.filter((stat) => known.has(nameOf(stat)) || (isOurs && this.#bears(stat)));
    const { groupId } = this.#marks;
    this.#escaped = withDescendants(all, first).filter((stat) => isAtWork(stat) && stat.groupId !== groupId);
  }

  #bears(stat: ProcessStat): boolean {
    const { groupId, startedAt, assignment } = this.#marks;
    if (stat.groupId === groupId || stat.sessionId === groupId) return true;
    return (startedAt === null || stat.startedAt >= startedAt) && environmentHas(stat.pid, assignment);
  }
}

/** SIGKILL to the trees of all processes that carry a mark, where the system shows it. */
export function killMarked(assignment: string): void {
  for (const { pid, groupId, startedAt } of allStats()) {
    if (!environmentHas(pid, assignment)) continue;
    if (pid === groupId) new ProcessTree({ groupId, startedAt, assignment }).kill();
    else trySignal(pid, "SIGKILL");
  }
}

function nameOf({ pid, startedAt }: ProcessStat): string {
  return `${pid} ${startedAt}`;
}

function withDescendants(all: readonly ProcessStat[], first: readonly ProcessStat[]): ProcessStat[] {
  const found = new Set(first);
  const ids = new Set(first.map(({ pid }) => pid));
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const stat of all) {
      if (found.has(stat) || !ids.has(stat.parentId)) continue;
      found.add(stat);
      ids.add(stat.pid);
    }
  }
  return [...found];
}

/** False for a process that is gone, a zombie, or somebody else's. */
function environmentHas(pid: number, assignment: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`.includes(`\0${assignment}\0`);
  } catch {
    return false;
  }
}
