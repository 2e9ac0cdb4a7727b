/** What a host tells its guard, a JSON array per line. Instants are of `upMs()`, which both share. */
export type GuardWord =
  | ["watch", groupId: number, assignment: string, until: number]
  | ["renew", groupId: number, until: number]
  | ["release", groupId: number]
  /** A folder to remove when the host is gone. */
  | ["folder", path: string];
