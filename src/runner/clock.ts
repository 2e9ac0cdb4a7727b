/** Milliseconds of a clock that nobody sets, and that all processes of a machine share. */
export function upMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
