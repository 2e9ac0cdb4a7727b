/** Each right, and what it lets one do. Keys are given rights; people have those of their role. */
export const rightsTable = {
  "schedules.read": "See schedules, forecasts, explanations and previews.",
  "schedules.operate": "Trigger, pause and resume schedules, and backfill them.",
  "schedules.write": "Create, change and delete schedules, and apply manifests.",
  "runs.read": "See runs, their events and their output.",
  "runs.operate": "Cancel runs and run them again.",
  "secrets.read": "See the names and versions of secrets; nobody sees their values.",
  "secrets.write": "Set, remove and rotate secrets.",
  "keys.read": "See API keys; their text is shown once, when they are made.",
  "keys.write": "Make and revoke API keys, with no more rights than one has.",
  "users.read": "See users and their roles.",
  "users.write": "Add users, change their roles, and remove them.",
  "audit.read": "Read the audit log.",
  "system.read": "See the servers, the database and how they are.",
} as const satisfies Record<string, string>;

export type Right = keyof typeof rightsTable;
export const rights = Object.keys(rightsTable) as Right[];

export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

const viewer: readonly Right[] = ["schedules.read", "runs.read", "system.read"];
const operator: readonly Right[] = [...viewer, "schedules.operate", "runs.operate"];

/** The one table of what each role may do. `docs/access.md` shows it. */
export const rightsOf: Readonly<Record<Role, readonly Right[]>> = { viewer, operator, admin: rights };

/** Of the asked rights those that the giver has not: nobody can give away what is not theirs. */
export function beyond(asked: readonly Right[], given: ReadonlySet<Right>): Right[] {
  return asked.filter((right) => !given.has(right));
}
