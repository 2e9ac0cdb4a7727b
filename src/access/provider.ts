import { BelfryError } from "../core/errors.js";
import type { Person } from "./sign-in.js";

/** What has to be remembered from the way to a provider until the way back. */
export interface Errand {
  state: string;
  nonce: string;
  verifier: string;
}

/** Somebody else who knows people, and vouches for them. */
export interface Provider {
  /** Where to send the browser, which comes back to `redirectUri`. */
  begin(redirectUri: string): Promise<{ url: string; errand: Errand }>;
  /**
   * Who it is that came back to `callbackUrl` (without its query: the `redirectUri`). Throws `sign_in_refused` if it was not
   * begun so, if the provider does not vouch, or if no list of the settings has them.
   */
  finish(callbackUrl: URL, errand: Errand): Promise<Person>;
}

/** Nobody is told which list they are not on. */
export function notAllowed(): BelfryError {
  return new BelfryError(
    "sign_in_refused",
    "You are known to the provider, and this Belfry does not let you in. Ask who runs it.",
  );
}

/** Whether the list is not set, or lets everybody in, or holds one of the names; large and small letters are the same. */
export function isOnList(list: readonly string[] | null, names: readonly string[]): boolean {
  if (list === null || list.includes("*")) return true;
  const wanted = new Set(list.map((each) => each.toLowerCase()));
  return names.some((name) => wanted.has(name.toLowerCase()));
}

/** What stands after the last @. */
export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf("@") + 1);
}
