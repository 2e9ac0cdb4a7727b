import { ApiProblem } from "../client/api-problem.js";
import { createClient, type ListId, type OperationId } from "../client/client.js";
import type { Operations } from "../client/operations.js";
import { UnexpectedAnswer } from "../client/unexpected-answer.js";
import { BelfryError, messageOf } from "../core/errors.js";
import type { Server } from "./find-server.js";

const patienceMs = 30_000;
const largestPage = 500;

/** The first items of a list, and whether there are more. */
export interface Listed<Item> {
  items: Item[];
  more: boolean;
}

type Params<Id extends OperationId> = Operations[Id]["params"];
type Item<Id extends ListId> = Operations[Id]["answer"]["items"][number];

/** The typed client, patient for so long, with errors that say where the server was looked for. */
export interface Asking {
  ask: <Id extends OperationId>(id: Id, params: Params<Id>) => Promise<Operations[Id]["answer"]>;
  list: <Id extends ListId>(id: Id, params: Params<Id>, atMost: number) => Promise<Listed<Item<Id>>>;
}

/** What the server refuses is thrown as an `ApiProblem`, its absence as `server_unreachable`. */
export function askingOf(server: Server): Asking {
  const client = createClient(server);

  async function ask<Id extends OperationId>(id: Id, params: Params<Id>): Promise<Operations[Id]["answer"]> {
    const { waitMs = 0 } = params as { waitMs?: number };
    const signal = AbortSignal.timeout(patienceMs + waitMs);
    // Which operation it is, the compiler knows only where one is named.
    const asked = client.ask as (id: Id, params: Params<Id>, options: object) => Promise<{ body: unknown }>;
    const { body } = await asked(id, params, { signal }).catch((error: unknown) => {
      throw told(server, error);
    });
    return body as Operations[Id]["answer"];
  }

  async function list<Id extends ListId>(
    id: Id,
    params: Params<Id>,
    atMost: number,
  ): Promise<Listed<Item<Id>>> {
    const items: Item<Id>[] = [];
    let cursor: string | undefined;
    do {
      const limit = Math.min(largestPage, atMost - items.length);
      const page = (await ask(id, { ...params, cursor, limit })) as {
        items: Item<Id>[];
        nextCursor: string | null;
      };
      items.push(...page.items);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && items.length < atMost);
    return { items, more: cursor !== undefined };
  }

  return { ask, list };
}

function told(server: Server, error: unknown): unknown {
  if (error instanceof ApiProblem) {
    if (error.code === "unauthorized") error.message += ` The token came from ${server.tokenFrom}.`;
    return error;
  }
  if (error instanceof UnexpectedAnswer) return notBelfry(server, error.status);
  return error instanceof BelfryError ? error : unreachable(server, error);
}

function notBelfry({ url, urlFrom }: Server, status: number): BelfryError {
  return new BelfryError(
    "server_unreachable",
    `What answers at ${url} (from ${urlFrom}) is not a Belfry server: it answered ${status} and not in Belfry's words. ` +
      "Name the server with --port, --data-dir or BELFRY_URL.",
  );
}

function unreachable({ url, urlFrom }: Server, error: unknown): BelfryError {
  const why =
    error instanceof Error && error.name === "TimeoutError" ? "it took too long" : networkReason(error);
  return new BelfryError(
    "server_unreachable",
    `No Belfry server answers at ${url} (from ${urlFrom}): ${why}. ` +
      'Start one with "belfry serve", or name another with --port, --data-dir or BELFRY_URL.',
    { cause: error },
  );
}

// fetch says only "fetch failed"; what happened is in its cause.
function networkReason(error: unknown): string {
  const { cause } = error as { cause?: { code?: string } };
  return cause?.code ?? messageOf(cause ?? error);
}
