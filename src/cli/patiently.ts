import { setTimeout as pause } from "node:timers/promises";
import { isUnreachable } from "./exit-codes.js";

// About a minute in all: long enough for a server's restart.
const usualDelaysMs = [250, 500, 1000, 2000, ...Array<number>(19).fill(3000)];

export interface Following {
  /** Called when the server goes away, and when it is back. */
  tell: (news: "away" | "back") => void;
  retryDelaysMs?: readonly number[];
}

/** The answer to a question of a server that was there before: one that has gone away is waited for, about a minute. */
export async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { tell, retryDelaysMs: delays = usualDelaysMs }: Following,
): Promise<Answer> {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await ask();
      if (tries > 0) tell("back");
      return answer;
    } catch (error) {
      const delayMs = delays[tries];
      if (!isUnreachable(error) || delayMs === undefined) throw error;
      if (tries === 0) tell("away");
      await pause(delayMs);
    }
  }
}
