import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findServer } from "../../src/cli/find-server.js";
import { belfry } from "../support/cli.js";
import { apiToken, type PublicApi, startPublicApi } from "../support/public-api.js";

let dataDir: string;
let api: PublicApi;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "belfry-cli-"));
  api = await startPublicApi();
});

afterEach(async () => {
  await api.stop();
  await rm(dataDir, { recursive: true });
});

const serverWrites = async (url: string) => {
  const server = { url, pid: 1, startedAt: "2026-11-23T12:00:00.000Z" };
  await writeFile(join(dataDir, "server.json"), JSON.stringify(server));
  await writeFile(join(dataDir, "api-token"), `${apiToken}\n`);
};

const list = ["schedule", "list", "--json"];

test.each([
  ["after the command", () => [...list, "--data-dir", dataDir], () => ({})],
  ["before the command", () => ["--data-dir", dataDir, ...list], () => ({})],
  [
    "between the two words of the command",
    () => ["schedule", "--data-dir", dataDir, ...list.slice(1)],
    () => ({}),
  ],
  ["in BELFRY_DATA_DIR", () => list, () => ({ BELFRY_DATA_DIR: dataDir })],
])("a data directory named %s is enough to find its server", async (_, argv, env) => {
  await serverWrites(api.url);
  expect(await belfry(argv(), { env: env() })).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
});

test("a port is enough if the data directory has the token", async () => {
  await serverWrites("http://127.0.0.1:1");
  for (const port of [["--port", `${api.port}`], [`--port=${api.port}`]]) {
    expect((await belfry([...port, ...list], { env: { BELFRY_DATA_DIR: dataDir } })).code).toBe(0);
    expect((await belfry([...list, ...port, "--data-dir", dataDir])).code).toBe(0);
  }
});

test("an option after the command wins over the same before it", async () => {
  await serverWrites(api.url);
  expect((await belfry(["--data-dir", "elsewhere", ...list, "--data-dir", dataDir])).code).toBe(0);
});

test.each([
  [{ port: 8000 }, { BELFRY_URL: "http://far:1" }, "http://127.0.0.1:8000"],
  [{}, { BELFRY_URL: "http://far:1" }, "http://far:1"],
  [{}, { BELFRY_URL: "https://far/belfry/" }, "https://far/belfry"],
  [{}, { BELFRY_URL: "" }, "http://127.0.0.1:7718"],
  [{ dataDir: "no-such-directory" }, {}, "http://127.0.0.1:7717"],
])("options %j and environment %j mean the server at %s", async (options, env, url) => {
  await serverWrites("http://127.0.0.1:7718");
  const server = await findServer({ dataDir, ...options }, { env: { BELFRY_TOKEN: "t", ...env } });
  expect(server.url).toBe(url);
});

test("BELFRY_TOKEN wins over the token file", async () => {
  await serverWrites(api.url);
  const { code, stderr } = await belfry([...list, "--data-dir", dataDir], { env: { BELFRY_TOKEN: "wrong" } });
  expect(code).toBe(5);
  expect(stderr).toMatch(/The token came from BELFRY_TOKEN\. \(unauthorized\)\n$/);
});

test("without a token one is told how to come by one: exit code 5", async () => {
  const { code, stderr } = await belfry([...list, "--data-dir", dataDir]);
  expect(code).toBe(5);
  expect(stderr).toMatch(
    /api-token\. Start a server here with "belfry serve".*--data-dir.*BELFRY_TOKEN\. \(unauthorized\)\n$/,
  );
});

test("without a server one is told the address and how to start one: exit code 3", async () => {
  await serverWrites(api.url);
  await api.stop();
  const { code, stderr } = await belfry([...list, "--data-dir", dataDir]);
  expect(code).toBe(3);
  expect(stderr).toContain(
    `No Belfry server answers at ${api.url} (from ${join(dataDir, "server.json")}): ECONNREFUSED.`,
  );
  expect(stderr).toMatch(/Start one with "belfry serve".* \(server_unreachable\)\n$/);
});

test("another program at the address is told from a Belfry server", async () => {
  const { createServer } = await import("node:http");
  const other = createServer((_, response) => response.end("<h1>It works!</h1>"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const { code, stderr } = await belfry([...list, "--port", `${port}`], { env: { BELFRY_TOKEN: "t" } });
  other.closeAllConnections();
  other.close();
  expect(code).toBe(3);
  expect(stderr).toMatch(/is not a Belfry server: it answered 200/);
});

test.each([
  ["server.json", "{}", /server\.json does not name a server's "url"/],
  ["server.json", "half a fi", /server\.json does not name a server's "url"/],
  ["server.json", '{"url":"ftp://x"}', /"ftp:\/\/x" in .*server\.json is not an address/],
  ["api-token", "two words", /api-token is not an API token/],
])("a %s that holds %j is said to be wrong: exit code 2", async (file, content, message) => {
  await serverWrites(api.url);
  await writeFile(join(dataDir, file), content);
  const { code, stderr } = await belfry([...list, "--data-dir", dataDir]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test("a BELFRY_URL that is none is said to be wrong: exit code 2", async () => {
  const { code, stderr } = await belfry(list, { env: { BELFRY_URL: "localhost:7717", BELFRY_TOKEN: "t" } });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^belfry: "localhost:7717" in BELFRY_URL is not an address. Write one like http/);
});

test("a token that cannot be read is said to be so", async () => {
  await mkdir(join(dataDir, "api-token"));
  const { code, stderr } = await belfry([...list, "--data-dir", dataDir]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/api-token cannot be read \(EISDIR\).*--data-dir\. \(data_dir_unusable\)\n$/);
});
