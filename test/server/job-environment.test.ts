import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { BelfryServer } from "../support/belfry-server.js";
import { createTestFolder } from "../support/data-dir.js";
import { findFreePort } from "../support/free-port.js";

const planted = {
  GITHUB_TOKEN: "planted-1",
  AWS_REGION: "eu-central-1",
  AWS_SECRET_ACCESS_KEY: "planted-2",
  LC_TIME: "C",
};

/** The environment that a job of a server with `planted` variables has. */
async function environmentOfJob(flags: string[], allowed: string): Promise<Record<string, string>> {
  const folder = await createTestFolder();
  const manifest = join(folder, "belfry.yaml");
  const run = ["node", "-e", "console.log(JSON.stringify(process.env))"];
  await writeFile(manifest, JSON.stringify({ version: 1, schedules: { job: { run, env: { OWN: "1" } } } }));
  const server = new BelfryServer({
    manifest,
    dataDir: join(folder, "data"),
    databaseUrl: null,
    port: await findFreePort(),
    flags,
    env: { ...planted, BELFRY_JOB_ENVIRONMENT: `SERVER_OF_TEST,${allowed}` },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  await server.start();
  await server.untilLogged("manifest.applied");
  const { id } = await server.runByHand("job");
  const { stdout } = await server.belfry("run", "logs", id);
  return JSON.parse(stdout);
}

test.each(["runner-host", "subprocess"])(
  "a job has a clean environment: of the server's the usual and what is allowed (%s)",
  async (dispatcher) => {
    const env = await environmentOfJob(["--dispatcher", dispatcher], "AWS_REGION");
    expect(env).toMatchObject({
      PATH: expect.any(String),
      LC_TIME: "C",
      OWN: "1",
      AWS_REGION: "eu-central-1",
    });
    expect(Object.values(env).filter((value) => value.startsWith("planted"))).toEqual([]);
    expect(env).toMatchObject({ BELFRY_SCHEDULE: "job", BELFRY_ATTEMPT: "1" });
    expect(env).not.toHaveProperty("BELFRY_RUN_TOKEN");
  },
);

test("a server that allows everything hands everything down but its own settings", async () => {
  const env = await environmentOfJob([], "*");
  expect(env).toMatchObject(planted);
  expect(env).not.toHaveProperty("BELFRY_JOB_ENVIRONMENT");
});
