/** Node's timers hold no more than this, and fire at once when given more. */
const longestTimerMs = 2 ** 31 - 1;

/** Calls `act` once after `ms`, which may be months. Answers with a function that calls it off. */
export function startTimer(ms: number, act: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (restMs: number): void => {
    const stepMs = Math.min(restMs, longestTimerMs);
    timer = setTimeout(() => (restMs > stepMs ? wait(restMs - stepMs) : act()), stepMs);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
