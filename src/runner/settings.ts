import { tokenLifetimeMs } from "./token-lifetime.js";

/** What a runner is told by whoever starts it. */
export interface RunnerSettings {
  runId: string;
  /** Where `/internal/v1` lives; may have a path of its own, and has no slash at its end. */
  apiUrl: string;
  token: string;
  /** For how long the server may take reports, in milliseconds from the runner's start. */
  lifetimeMs: number;
}

/** Reads the settings from the command line and the environment, or throws an error that says what is missing. */
export function readSettings(argv: readonly string[], env: NodeJS.ProcessEnv): RunnerSettings {
  const runId = readRunId(argv);
  const apiUrl = readApiUrl(env["BELFRY_API_URL"]);
  const token = env["BELFRY_RUN_TOKEN"] ?? "";
  if (token === "") throw new Error(`BELFRY_RUN_TOKEN is not set. ${startedByServer}`);
  const lifetimeMs = tokenLifetimeMs(token, Date.now());
  if (lifetimeMs === null) throw new Error(`BELFRY_RUN_TOKEN is not a run token. ${startedByServer}`);
  return { runId, apiUrl, token, lifetimeMs };
}

const startedByServer = "A runner is started by the server, which gives it what it needs.";

function readRunId(argv: readonly string[]): string {
  const [flag, value] = argv;
  const runId = flag === "--run-id" ? value : /^--run-id=(.+)$/.exec(flag ?? "")?.[1];
  const expected = flag === "--run-id" ? 2 : 1;
  if (runId === undefined || runId === "" || argv.length !== expected) {
    throw new Error(`"${argv.join(" ")}" is not what a runner takes. Usage: belfry runner --run-id ID`);
  }
  return runId;
}

function readApiUrl(text: string | undefined): string {
  if (text === undefined || text === "") throw new Error(`BELFRY_API_URL is not set. ${startedByServer}`);
  if (!URL.canParse(text) || !/^https?:/i.test(text)) {
    throw new Error(`BELFRY_API_URL is "${text}"; it has to be an http or https URL.`);
  }
  return text.replace(/\/+$/, "");
}
