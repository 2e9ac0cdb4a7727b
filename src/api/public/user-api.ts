import type { Context } from "hono";
import type { AccessDeps } from "../../access/deps.js";
import { type Link, makeLinkFor } from "../../access/links.js";
import { siteOf } from "../../access/site.js";
import { addUser, changeUser, removeUser } from "../../access/users.js";
import type { User } from "../../core/user.js";
import { getUser, listUsers } from "../../store/users.js";
import { callerOf, type PublicApi, type PublicEnv } from "./caller.js";
import * as routes from "./user-routes.js";
import type { LinkJson, UserJson } from "./user-shapes.js";

/** Adds all that can be asked of users. */
export function addUserRoutes(app: PublicApi, deps: AccessDeps): void {
  const { pool, access } = deps;
  const linkJson = (c: Context<PublicEnv>, { path, expiresAt }: Link): LinkJson => ({
    url: siteOf(c, access).origin + path,
    expiresAt: expiresAt.toISOString(),
  });

  app.openapi(routes.listUsersRoute, async (c) => {
    const { cursor, limit } = c.req.valid("query");
    const found = await listUsers(pool, { cursor: cursor ?? null, limit: limit + 1 });
    const users = found.slice(0, limit);
    return c.json(
      { items: users.map(userJson), nextCursor: found.length > limit ? users.at(-1)!.name : null },
      200,
    );
  });

  app.openapi(routes.getUserRoute, async (c) => {
    return c.json(userJson(await getUser(pool, c.req.valid("param").name)), 200);
  });

  app.openapi(routes.createUserRoute, async (c) => {
    const { user, link } = await addUser(deps, callerOf(c), c.req.valid("json"));
    return c.json({ user: userJson(user), link: linkJson(c, link) }, 201);
  });

  app.openapi(routes.updateUserRoute, async (c) => {
    const { role, displayName, email, disabled } = c.req.valid("json");
    const change = {
      ...(role !== undefined && { role }),
      ...(displayName !== undefined && { displayName }),
      ...(email !== undefined && { email }),
      ...(disabled !== undefined && { disabled }),
    };
    return c.json(userJson(await changeUser(deps, callerOf(c), c.req.valid("param").name, change)), 200);
  });

  app.openapi(routes.removeUserRoute, async (c) => {
    return c.json(userJson(await removeUser(deps, callerOf(c), c.req.valid("param").name)), 200);
  });

  app.openapi(routes.createLinkRoute, async (c) => {
    const link = await makeLinkFor(deps, callerOf(c), c.req.valid("json").user ?? null);
    return c.json(linkJson(c, link), 201);
  });
}

function userJson(user: User): UserJson {
  return {
    id: user.id,
    name: user.name,
    displayName: user.displayName,
    email: user.email,
    role: user.role,
    hasPassword: user.hasPassword,
    disabledAt: user.disabledAt?.toISOString() ?? null,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
    lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
  };
}
