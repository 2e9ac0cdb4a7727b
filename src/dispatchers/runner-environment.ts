import { isNamedBy, usualEnvironmentNames } from "../core/environment-names.js";

/** Settings and secrets of the server that no job has any business with. */
const ofTheServer = new Set(["DATABASE_URL", "PGPASSWORD"]);

/** What runners and jobs are given of an environment. */
export interface Inheritance {
  /** `process.env`, or one that was made for them. */
  baseEnv?: NodeJS.ProcessEnv;
  /**
   * The variables that they inherit beside the usual ones (`PATH`, `HOME`, `LANG`, ...): names, or beginnings followed by
   * `*`. Absent: none of `process.env`, and all of a `baseEnv`.
   */
  jobEnvironment?: readonly string[];
}

/** What runners and jobs inherit: never the server's own settings and secrets, and no more than they are to have. */
export function inheritedEnvironment({ baseEnv, jobEnvironment }: Inheritance): NodeJS.ProcessEnv {
  const named = [...usualEnvironmentNames, ...(jobEnvironment ?? (baseEnv === undefined ? [] : ["*"]))];
  const all = withoutServerSettings(baseEnv ?? process.env);
  return Object.fromEntries(Object.entries(all).filter(([name]) => isNamedBy(named, name)));
}

/** An environment without the server's own settings and secrets. */
export function withoutServerSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !ofTheServer.has(name) && !name.startsWith("BELFRY_")),
  );
}
