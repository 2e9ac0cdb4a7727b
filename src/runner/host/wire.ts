/** What a server and a runner host agree on. It grows when one could misunderstand the other. */
export const wireVersion = 1;

/** The first message of a server: whom it speaks as, and what its jobs inherit. */
export interface Hello {
  type: "hello";
  version: number;
  environment: Record<string, string>;
  /** The folder that jobs start in. */
  folder: string;
}

/** A run to be carried out, under a key that no other dispatch has. */
export interface RunOrder {
  type: "dispatch";
  key: string;
  runId: string;
  env: Record<string, string>;
}

/** Asks for the ends of runs that were dispatched over an earlier connection. */
export interface Watch {
  type: "watch";
  keys: string[];
}

/** Asks the host to make room for another one, as SIGTERM does. It is understood in every version. */
export interface Retire {
  type: "retire";
}

/** What a server says. */
export type Order = Hello | RunOrder | Watch | Retire;

/** What a host says. */
export type News =
  /** Said in answer, and again when another process guards the jobs. An older host does not tell of its guard. */
  | { type: "hello"; version: number; instance: string; pid: number; guard?: number | null }
  | { type: "accepted"; key: string }
  | { type: "refused"; key: string; draining: boolean; reason: string }
  /** A message that could not be read; nothing was done. */
  | { type: "unread"; reason: string }
  /** The run is over here, or was never known; code and last words are as of the process of a runner. */
  | { type: "ended"; key: string; code: number; message: string }
  | { type: "draining" };

/** Reads one line of a server; a string says why it cannot be read. */
export function readOrder(line: string): Order | string {
  const message = parse(line);
  if (typeof message === "string") return message;
  const type = String(message["type"]).slice(0, 100);
  if (!Object.hasOwn(readers, type)) return `"${type}" is not a type of message.`;
  return readers[type]!(message) ?? `A field of the "${type}" is missing, or of another kind.`;
}

/** One message as a line. */
export function lineOf(message: Order | News): string {
  return `${JSON.stringify(message)}\n`;
}

type Fields = Record<string, unknown>;

const readers: Record<string, (fields: Fields) => Order | null> = {
  hello: ({ version, environment, folder }) =>
    typeof version === "number" && isTexts(environment) && typeof folder === "string"
      ? { type: "hello", version, environment, folder }
      : null,
  dispatch: ({ key, runId, env }) =>
    typeof key === "string" && typeof runId === "string" && isTexts(env)
      ? { type: "dispatch", key, runId, env }
      : null,
  watch: ({ keys }) =>
    Array.isArray(keys) && keys.every((key) => typeof key === "string") ? { type: "watch", keys } : null,
  retire: () => ({ type: "retire" }),
};

function parse(line: string): Fields | string {
  try {
    const message = JSON.parse(line) as unknown;
    return isFields(message) ? message : "The line is not a JSON object.";
  } catch {
    return "The line is not JSON.";
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isFields(value) && Object.values(value).every((text) => typeof text === "string");
}
