const firstMs = 100;
const longestMs = 5000;

/** The pause before a repetition: 100 ms doubling to 5 s, of which `chance` (0 to 1) decides the upper half. */
export function backoffMs(failures: number, chance: number): number {
  const whole = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return whole / 2 + (whole / 2) * chance;
}
