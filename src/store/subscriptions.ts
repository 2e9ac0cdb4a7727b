type OnNotify = (payload: string | null) => void;

/** Who listens to which channel of a database. */
export class Subscriptions {
  readonly #listeners = new Map<string, Set<OnNotify>>();

  /** Adds a listener and answers what removes it, which says whether the channel has none left. */
  add(channel: string, onNotify: OnNotify): () => boolean {
    const listener: OnNotify = (payload) => onNotify(payload); // its own identity: one function may listen twice
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      return (
        listeners.size === 0 && this.#listeners.get(channel) === listeners && this.#listeners.delete(channel)
      );
    };
  }

  channels(): string[] {
    return [...this.#listeners.keys()];
  }

  deliver(channel: string, payload: string): void {
    for (const onNotify of this.#listeners.get(channel) ?? []) onNotify(payload);
  }

  /** Tells every listener that notifications may have been missed. */
  tellOfGap(): void {
    for (const listeners of this.#listeners.values()) for (const onNotify of listeners) onNotify(null);
  }
}
