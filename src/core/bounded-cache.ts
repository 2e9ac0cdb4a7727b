/** A map of at most `limit` entries (2 or more); when it is full it forgets half of them, those not used for longest. */
export class BoundedCache<Value> {
  // Two generations: to take single entries from the front of a large Map costs microseconds each.
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();
  readonly #half: number;

  constructor(limit: number) {
    this.#half = limit >> 1;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    return old === undefined ? undefined : this.set(key, old);
  }

  /** Keeps the value, and gives it back. */
  set(key: string, value: Value): Value {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
