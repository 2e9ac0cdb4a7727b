/** Acts on a signal to end; `count` says how many there were so far. */
export type ShutdownHandler = (count: number) => void;

/**
 * Catches SIGTERM and SIGINT from now on. Answers with a function that says what to do about them, also about one that
 * has come already: a runner that has begun to start its job must not die without it.
 */
export function catchShutdownSignals(): (handler: ShutdownHandler) => void {
  let count = 0;
  let handle: ShutdownHandler | null = null;
  const caught = (): void => {
    count += 1;
    handle?.(count);
  };
  process.on("SIGTERM", caught);
  process.on("SIGINT", caught);
  return (handler) => {
    handle = handler;
    if (count > 0) handler(count);
  };
}
