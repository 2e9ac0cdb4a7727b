import { messageOf } from "../core/errors.js";
import { channel } from "../store/notify.js";
import type { Deps } from "./deps.js";
import { stderrLog } from "./log.js";

/** Hears what the database tells. Asked to open again, it does so if it could not before. */
export interface Ear {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Calls back with each payload, and with null when some may have been missed. */
export function createEar(
  { pool, log }: Pick<Deps, "pool" | "log">,
  hear: (payload: string | null) => void,
): Ear {
  let stop: (() => Promise<void>) | null = null;
  return {
    async open() {
      if (stop !== null) return;
      try {
        stop = await pool.listen(channel, hear);
      } catch (error) {
        // Until the next tick the cadence carries on alone.
        (log ?? stderrLog).error({ error: messageOf(error) }, "listen.failed");
      }
    },
    async close() {
      await stop?.();
    },
  };
}
