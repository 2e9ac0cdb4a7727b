import { BelfryError } from "../core/errors.js";
import { readProblem } from "./api-problem.js";
import { followRun, type FollowOptions } from "./follow-run.js";
import { type LogEntry, operations, type Operations, type Run } from "./operations.js";
import { UnexpectedAnswer } from "./unexpected-answer.js";

export type OperationId = keyof Operations;

export interface ClientOptions {
  /** Where the server is, such as `http://127.0.0.1:7717`. */
  url: string;
  /** An API key, or the token of the data directory. In a browser a session does without. */
  token?: string;
  /** In place of the global one. */
  fetch?: typeof globalThis.fetch;
}

export interface AskOptions {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** What a server has answered: its status and headers too, for whoever wants the `etag`. */
export interface Answer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

type Params<Id extends OperationId> = Operations[Id]["params"];
type BodyOf<Id extends OperationId> = Operations[Id]["answer"];
type Arguments<Id extends OperationId> =
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- whether nothing has to be given
  Record<never, never> extends Params<Id>
    ? [params?: Params<Id>, options?: AskOptions]
    : [params: Params<Id>, options?: AskOptions];

/** The operations that answer a page of items. */
export type ListId = {
  [Id in OperationId]: BodyOf<Id> extends { items: unknown[]; nextCursor: string | null } ? Id : never;
}[OperationId];
type ItemOf<Id extends OperationId> = BodyOf<Id> extends { items: (infer Item)[] } ? Item : never;

/** A function for each operation of the API, named for it, and what takes several of them. */
export type Client = {
  [Id in Exclude<OperationId, "streamRunLogs">]: (...args: Arguments<Id>) => Promise<BodyOf<Id>>;
} & {
  /** Asks an operation by its name, and answers with status and headers too. */
  ask: <Id extends OperationId>(id: Id, ...args: Arguments<Id>) => Promise<Answer<BodyOf<Id>>>;
  /** All items of a list, page by page as they are wanted. */
  all<Id extends ListId>(id: Id, ...args: Arguments<Id>): AsyncGenerator<ItemOf<Id>, void>;
  /** A run's output as it comes, through lost connections, until the run has ended; returns the run. */
  followRun(id: string, options?: FollowOptions): AsyncGenerator<LogEntry, Run>;
};

/**
 * A typed client of a server's public API, for Node.js and browsers. What the server refuses is thrown as an `ApiProblem`
 * with its `code`; an answer that is not Belfry's as an `UnexpectedAnswer`; what `fetch` throws is not changed.
 */
export function createClient(options: ClientOptions): Client {
  const ask = askerOf(options);
  const methods = Object.keys(operations).map((id) => [
    id,
    async (params?: AnyParams, given?: AskOptions) => (await ask(id as OperationId, params, given)).body,
  ]);
  return {
    ...Object.fromEntries(methods),
    ask,
    all: (id: OperationId, params?: AnyParams, given?: AskOptions) => allItems(ask, id, params, given),
    followRun: (id: string, given?: FollowOptions) =>
      followRun((...asked) => open(options, ...asked), id, given),
  } as Client;
}

type AnyParams = Record<string, unknown>;
type Ask = (id: OperationId, params?: AnyParams, options?: AskOptions) => Promise<Answer<unknown>>;

async function* allItems(
  ask: Ask,
  id: OperationId,
  params: AnyParams = {},
  options: AskOptions = {},
): AsyncGenerator<unknown, void> {
  let cursor = params["cursor"];
  do {
    const { body } = await ask(id, { ...params, cursor }, options);
    const page = body as { items: unknown[]; nextCursor: string | null };
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function askerOf(options: ClientOptions): Ask {
  return async (id, params = {}, given = {}) => {
    const { answer, holds } = operations[id];
    const response = await open(options, id, params, given);
    const { status, headers } = response;
    const text = await response.text();
    if (answer === "none" || status === 304) return { status, headers, body: undefined };
    if (answer === "text") return { status, headers, body: text };
    const body = readJson(text);
    if (typeof body !== "object" || body === null || !holds.every((field) => field in body)) {
      throw new UnexpectedAnswer(status);
    }
    return { status, headers, body };
  };
}

/** Asks, and answers when the answer begins. Throws what the server refuses. */
async function open(
  { url, token, fetch = globalThis.fetch }: ClientOptions,
  id: OperationId,
  params: AnyParams,
  { signal, headers }: AskOptions,
): Promise<Response> {
  const { body } = params;
  const response = await fetch(addressOf(url, id, params), {
    method: operations[id].method,
    headers: {
      accept: "application/json, text/event-stream, */*;q=0.1",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headersOf(id, params),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  });
  if (response.ok || response.status === 304) return response;
  throw (
    readProblem(readJson(await response.text()), response.status) ?? new UnexpectedAnswer(response.status)
  );
}

function headersOf(id: OperationId, params: AnyParams): Record<string, string> {
  const { headers } = operations[id] as { headers: readonly string[] };
  return Object.fromEntries(
    headers
      .map((name) => [name, params[camel(name)]] as const)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

function addressOf(url: string, id: OperationId, params: AnyParams): string {
  const { path, query } = operations[id] as { path: string; query: readonly string[] };
  const search = new URLSearchParams();
  for (const name of query) {
    const value = params[name] as string | number | boolean | undefined;
    if (value !== undefined) search.set(name, String(value));
  }
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => partOf(String(params[name]), path));
  return `${url.replace(/\/+$/, "")}/api/v1${place}${search.size > 0 ? `?${search.toString()}` : ""}`;
}

function partOf(name: string, path: string): string {
  if (name !== "" && name !== "." && name !== "..") return encodeURIComponent(name);
  // A URL cannot hold these as a part of its path, however they are written.
  const owner = (path.split("/")[1] ?? "").replace(/s$/, "");
  throw new BelfryError(
    "invalid_request",
    `"${name}" cannot be a ${owner}'s name in an address. Name another.`,
  );
}

function camel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
