import { setTimeout as sleep } from "node:timers/promises";

/** So long may an answer be on its way after its server was seen to be done with it. */
const onItsWayMs = 1_000;

/** A server has answered, or has forgotten that it was asked, and nothing of it came through. */
export class LostAnswer extends Error {
  override readonly name = "LostAnswer";
}

/**
 * What a server answers. If it takes longer than `lookMs`, it is asked each time whether it is at work on it; one that is not
 * has answered to nobody (a firewall forgot the connection, a machine is gone), and this rejects.
 */
export async function unlessLost<T>(
  answer: Promise<T>,
  { lookMs, isAtWork }: { lookMs: number; isAtWork: () => Promise<boolean> },
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let settled = false;
  const lost = new Promise<never>((_, reject) => {
    const look = async () => {
      if (settled) return;
      if ((await isAtWork()) || (await isAtWorkAfterAll(isAtWork))) lookLater();
      else reject(new LostAnswer(`no answer came within ${lookMs} ms, and the server is not at work on one`));
    };
    const lookLater = () => {
      if (!settled) timer = setTimeout(() => void look(), lookMs);
    };
    lookLater();
  });
  try {
    return await Promise.race([answer, lost]);
  } catch (error) {
    answer.catch(() => {}); // it may fail later, when nobody listens any more
    throw error;
  } finally {
    settled = true;
    clearTimeout(timer);
  }
}

async function isAtWorkAfterAll(isAtWork: () => Promise<boolean>): Promise<boolean> {
  await sleep(onItsWayMs);
  return isAtWork();
}
