import { BoundedCache } from "../bounded-cache.js";

const limit = 10_000;

/** What was read lately: by its text alone, or by text and name if an `H` makes it depend on the name. */
export class CronCache<Value> {
  readonly #plain = new BoundedCache<Value>(limit);
  readonly #hashed = new BoundedCache<Value>(limit);

  get(text: string, name: string | undefined): Value | undefined {
    const plain = this.#plain.get(text);
    return plain !== undefined || name === undefined ? plain : this.#hashed.get(keyOf(text, name));
  }

  /** Keeps the value, and gives it back. */
  set(text: string, name: string | undefined, value: Value): Value {
    return name === undefined ? this.#plain.set(text, value) : this.#hashed.set(keyOf(text, name), value);
  }
}

function keyOf(text: string, name: string): string {
  return `${name.length} ${name}${text}`;
}
