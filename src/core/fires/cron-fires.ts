import { countFires, countFiresOfAny } from "./count-fires.js";
import type { CronSpec } from "../cron/cron.js";
import type { DstRule } from "../clock/dst-rule.js";
import type { FireTimes } from "./fire-times.js";
import { nextFireMs } from "./next-fire.js";
import type { Zone } from "../clock/zone.js";

/** The fires of one expression in a zone. */
export class CronFires implements FireTimes {
  readonly #spec: CronSpec;
  readonly #zone: Zone;
  readonly #dst: DstRule;

  constructor(spec: CronSpec, zone: Zone, dst: DstRule) {
    this.#spec = spec;
    this.#zone = zone;
    this.#dst = dst;
  }

  after(ms: number): number {
    return nextFireMs(this.#spec, this.#zone, ms, this.#dst);
  }

  count(afterMs: number, untilMs: number): number {
    return countFires(this.#spec, this.#zone, afterMs, untilMs, this.#dst);
  }

  nominalOf(fireMs: number): number {
    return fireMs;
  }
}

/** The fires of several expressions: an instant that two of them name is one fire. */
export class UnionFires implements FireTimes {
  readonly #specs: readonly CronSpec[];
  readonly #zone: Zone;
  readonly #dst: DstRule;

  constructor(specs: readonly CronSpec[], zone: Zone, dst: DstRule) {
    this.#specs = specs;
    this.#zone = zone;
    this.#dst = dst;
  }

  after(ms: number): number {
    let first = NaN;
    for (const spec of this.#specs) {
      const fire = nextFireMs(spec, this.#zone, ms, this.#dst);
      if (!(fire >= first)) first = Number.isNaN(fire) ? first : fire;
    }
    return first;
  }

  count(afterMs: number, untilMs: number): number {
    return countFiresOfAny(this.#specs, this.#zone, { afterMs, untilMs, dst: this.#dst });
  }

  nominalOf(fireMs: number): number {
    return fireMs;
  }
}
