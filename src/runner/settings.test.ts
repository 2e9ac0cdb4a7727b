import { describe, expect, it } from "vitest";
import { readSettings } from "./settings.js";

const token = `e30.${Buffer.from('{"exp":130,"iat":100}').toString("base64url")}.s`;
const env = { BELFRY_API_URL: "http://127.0.0.1:7717/", BELFRY_RUN_TOKEN: token };

describe("what a runner is told", () => {
  it.each([[["--run-id", "17"]], [["--run-id=17"]]])("is read from %j and the environment", (argv) => {
    expect(readSettings(argv, env)).toEqual({
      runId: "17",
      apiUrl: "http://127.0.0.1:7717",
      token,
      lifetimeMs: 30_000,
    });
  });

  it.each([[[]], [["--run-id"]], [["--run-id", ""]], [["17"]], [["--run-id", "17", "--fast"]]])(
    "is refused with the usage when the command line is %j",
    (argv) => {
      expect(() => readSettings(argv, env)).toThrow("Usage: belfry runner --run-id ID");
    },
  );

  it.each([
    [{ BELFRY_API_URL: "" }, "BELFRY_API_URL is not set"],
    [{ BELFRY_API_URL: "localhost" }, "has to be an http or https URL"],
    [{ BELFRY_API_URL: "ftp://host" }, "has to be an http or https URL"],
    [{ BELFRY_RUN_TOKEN: "" }, "BELFRY_RUN_TOKEN is not set"],
    [{ BELFRY_RUN_TOKEN: "abc" }, "BELFRY_RUN_TOKEN is not a run token"],
  ])("is refused when the environment has %j", (part, message) => {
    expect(() => readSettings(["--run-id", "17"], { ...env, ...part })).toThrow(message);
  });
});
