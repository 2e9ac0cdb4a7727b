/** Settings and secrets of the server that no job has any business with. */
const ofTheServer = new Set(["DATABASE_URL", "PGPASSWORD"]);

/** The environment of a runner, which its job inherits: the server's without its own settings, and the request's. */
export function runnerEnvironment(
  base: NodeJS.ProcessEnv,
  request: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(base).filter(
    ([name]) => !ofTheServer.has(name) && !name.startsWith("BELFRY_"),
  );
  return { ...Object.fromEntries(inherited), ...request };
}
