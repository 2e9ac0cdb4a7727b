import type { KeyBody, KeyJson, NewKeyJson } from "../api/public/key-shapes.js";
import type { WhoJson } from "../api/public/session-shapes.js";
import type { LinkJson, NewUserJson, UserBody, UserJson, UserPatch } from "../api/public/user-shapes.js";
import { BelfryError, messageOf } from "../core/errors.js";
import { readProblem } from "../client/api-problem.js";
import type { Server } from "./find-server.js";

const patienceMs = 30_000;

/** What the command line asks of the API about people and keys. */
export function peopleClientOf(server: Server) {
  return {
    getSession: () => ask<WhoJson>(server, "GET", "/session"),
    listKeys: (revoked: boolean) => listAll<KeyJson>(server, "/keys", { revoked: String(revoked) }),
    createKey: (body: KeyBody) => ask<NewKeyJson>(server, "POST", "/keys", body),
    revokeKey: (id: string) => ask<KeyJson>(server, "DELETE", `/keys/${encodeURIComponent(id)}`),
    listUsers: () => listAll<UserJson>(server, "/users", {}),
    createUser: (body: UserBody) => ask<NewUserJson>(server, "POST", "/users", body),
    updateUser: (name: string, body: UserPatch) => ask<UserJson>(server, "PATCH", userPath(name), body),
    removeUser: (name: string) => ask<UserJson>(server, "DELETE", userPath(name)),
    createLink: (user: string | undefined) => ask<LinkJson>(server, "POST", "/links", { user }),
  };
}

async function listAll<Item>(server: Server, path: string, query: Record<string, string>): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const asked = new URLSearchParams({ ...query, limit: "500", ...(cursor !== "" && { cursor }) });
    const page: { items: Item[]; nextCursor: string | null } = await ask(
      server,
      "GET",
      `${path}?${asked.toString()}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

async function ask<Answer>(server: Server, method: string, path: string, body?: object): Promise<Answer> {
  const { status, ok, text } = await send(server, method, path, body);
  const answer = readJson(text);
  if (ok && typeof answer === "object" && answer !== null) return answer as Answer;
  const problem = readProblem(answer, status);
  if (problem?.code === "unauthorized") problem.message += ` The token came from ${server.tokenFrom}.`;
  throw problem ?? notBelfry(server, status);
}

async function send(server: Server, method: string, path: string, body: object | undefined) {
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    // A token is for the server that was named, and for none that it may point to.
    const redirect = "error";
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers,
      signal,
      redirect,
      ...content,
    });
    return { ok: response.ok, status: response.status, text: await response.text() };
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    const why = cause?.code ?? messageOf(cause ?? error);
    throw new BelfryError(
      "server_unreachable",
      `No Belfry server answers at ${server.url} (from ${server.urlFrom}): ${why}.`,
      { cause: error },
    );
  }
}

function notBelfry({ url, urlFrom }: Server, status: number): BelfryError {
  const what = `it answered ${status} and not in Belfry's words`;
  return new BelfryError(
    "server_unreachable",
    `What answers at ${url} (from ${urlFrom}) is not a Belfry server: ${what}.`,
  );
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function userPath(name: string): string {
  if (name !== "" && name !== "." && name !== "..") return `/users/${encodeURIComponent(name)}`;
  throw new BelfryError("invalid_request", `"${name}" cannot be a user's name. Name another.`);
}
