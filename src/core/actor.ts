export const actorKinds = ["user", "key", "local", "run", "system"] as const;

/**
 * Who does something: a person, an API key, whoever has the token of the data directory (`local`), a run, or Belfry itself
 * (`system`), as when it applies its manifest.
 */
export interface Actor {
  kind: (typeof actorKinds)[number];
  /** Of the user, key or run; null: there is but one of the kind. */
  id: string | null;
  /** For people to read. */
  name: string;
}

/** Who asks for a change, and from where: what the audit log tells of it. */
export interface Requester {
  actor: Actor;
  /** The address that the request came from; null: it came from within. */
  address: string | null;
  requestId: string | null;
}

/** Belfry itself, as the one who does something; `what` says which part. */
export function itself(what: string): Requester {
  return { actor: { kind: "system", id: null, name: what }, address: null, requestId: null };
}
