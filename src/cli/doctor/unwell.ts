/** All was looked at, and something fails. */
export class Unwell extends Error {
  override readonly name = "Unwell";

  constructor(failed: number) {
    super(`${failed === 1 ? "One check fails" : `${failed} checks fail`}.`);
  }
}
