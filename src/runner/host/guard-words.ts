/** What a host tells its guard, a JSON array per line. Instants are of `upMs()`, which both share. */
export type GuardWord =
  /** A job may be there from now on; its environment has this entry. */
  | ["expect", assignment: string, until: number]
  | ["watch", assignment: string, groupId: number, until: number]
  | ["renew", assignment: string, until: number]
  | ["release", assignment: string]
  /** A folder to remove when the host is gone. */
  | ["folder", path: string];
