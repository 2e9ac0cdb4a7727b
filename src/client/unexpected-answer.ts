/** An answer that is not in Belfry's words: something else answers at the address. */
export class UnexpectedAnswer extends Error {
  override readonly name = "UnexpectedAnswer";
  readonly status: number;

  constructor(status: number) {
    super(`What answers is not a Belfry server: it answered ${status} and not in Belfry's words.`);
    this.status = status;
  }
}
