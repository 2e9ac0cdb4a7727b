import type { Requester } from "../core/actor.js";
import type { At } from "../store/clock.js";
import type { SecretSource } from "./secret-source.js";
import type { StoreDeps } from "./secret-store.js";

/** All that the API needs to keep secrets and to give them to runs. */
export interface SecretDesk {
  store: StoreDeps;
  source: SecretSource;
  /** Changes the master key if it is this server's to change, and wraps the data keys by the one in use. */
  changeMasterKey(asked: { by: Requester; at: At }): Promise<{ dataKeys: number; changed: boolean }>;
}
