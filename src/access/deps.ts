import type { Requester } from "../core/actor.js";
import type { User } from "../core/user.js";
import type { Deps } from "../scheduler/deps.js";
import type { AccessSettings } from "./settings.js";

/** What the deeds of this room work with. */
export type AccessDeps = Pick<Deps, "pool" | "clock" | "log"> & { access: AccessSettings };

/** Where a request comes from. */
export type Origin = Pick<Requester, "address" | "requestId">;

/** A user as the one who does something. */
export function requesterOf({ id, name }: Pick<User, "id" | "name">, origin: Origin): Requester {
  return { address: origin.address, requestId: origin.requestId, actor: { kind: "user", id, name } };
}
