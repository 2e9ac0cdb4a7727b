import type { StartAnswer } from "../api/internal/shapes.js";

/** What the runner knows and its job must not. */
const ofTheRunner = new Set(["BELFRY_RUN_TOKEN", "BELFRY_API_URL"]);

/** The variable by which the processes of a job are known: run ids are the same in every database. */
export const runnerVariable = "BELFRY_RUNNER";

/** The environment of a job: the runner's, without its token; over it the schedule's; over both what the run is. */
export function jobEnvironment(
  base: NodeJS.ProcessEnv,
  start: Pick<
    StartAnswer,
    "env" | "parameters" | "runId" | "scheduleName" | "fireTime" | "coversFrom" | "coversCount" | "attempt"
  >,
  runnerId: string,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(base).filter(([name]) => !ofTheRunner.has(name));
  return {
    ...Object.fromEntries(inherited),
    ...start.env,
    ...parameterVariables(start.parameters ?? {}),
    BELFRY_RUN_ID: start.runId,
    BELFRY_SCHEDULE: start.scheduleName,
    BELFRY_FIRE_TIME: start.fireTime,
    BELFRY_COVERS_FROM: start.coversFrom,
    BELFRY_COVERS_COUNT: String(start.coversCount),
    BELFRY_ATTEMPT: String(start.attempt),
    [runnerVariable]: runnerId,
  };
}

/** A parameter sets no other variable than its own, whatever its name. */
function parameterVariables(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`BELFRY_PARAM_${name.toUpperCase()}`, value]),
  );
}
