import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BelfryError } from "../core/errors.js";
import { type ConfigField, configFields, readConfig } from "./config.js";

function errorOf(flags: Record<string, unknown>, env: NodeJS.ProcessEnv): string[] {
  try {
    readConfig(flags, env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(BelfryError);
    expect((error as BelfryError).code).toBe("invalid_config");
    return (error as BelfryError).message.split("\n");
  }
}

const key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const keyBytes = Uint8Array.from(Buffer.from(key, "hex"));

describe("the settings of a server", () => {
  it("have defaults, so that none is needed", () => {
    expect(readConfig({}, {})).toEqual({
      manifest: null,
      dataDir: ".belfry",
      databaseUrl: null,
      host: "127.0.0.1",
      port: 7717,
      logLevel: "info",
      logFormat: "auto",
      showOutput: false,
      cadenceMs: 10_000,
      leaseMs: 30_000,
      drainMs: 0,
      keepMs: 90 * 86_400_000,
      keepAuditMs: 400 * 86_400_000,
      keepRuns: null,
      jobEnvironment: [],
      keepOutput: null,
      maxRunsTotal: null,
      roles: ["api", "scheduler"],
      dispatcher: "runner-host",
      runnerSocket: null,
      rateLimit: 6000,
      runnerApiUrl: null,
      maxRuns: 50,
      masterKey: null,
      oldMasterKeys: null,
      secretsFrom: ["store"],
      secretsFolder: "/run/secrets",
      secretsCommand: null,
      logLimit: 10 * 2 ** 20,
      auth: null,
      publicUrl: null,
      trustProxy: 0,
      sessionIdleMs: 12 * 3_600_000,
      sessionMaxMs: 30 * 86_400_000,
      newUserRole: "viewer",
      oidcIssuer: null,
      oidcClientId: null,
      oidcClientSecret: null,
      oidcScopes: ["openid", "profile", "email"],
      oidcGroupsClaim: "groups",
      oidcAllowedGroups: null,
      oidcAllowedDomains: null,
      oidcRoles: null,
      githubClientId: null,
      githubClientSecret: null,
      githubAllowedOrgs: null,
      githubAllowedUsers: null,
      githubAllowedDomains: null,
      githubUrl: "https://github.com",
    });
  });

  it.each<[Record<string, unknown>, NodeJS.ProcessEnv, object]>([
    [{ port: "80" }, { BELFRY_PORT: "81" }, { port: 80 }],
    [{ port: undefined }, { BELFRY_PORT: "81" }, { port: 81 }],
    [{ port: 0 }, {}, { port: 0 }],
    [{}, { BELFRY_PORT: "" }, { port: 7717 }],
    [{ manifest: "a.yaml" }, {}, { manifest: "a.yaml" }],
    [{ secretsFrom: "files, store,files" }, {}, { secretsFrom: ["files", "store"] }],
    [
      {},
      { BELFRY_SECRETS_COMMAND: '["op", "read", "{name}"]' },
      { secretsCommand: ["op", "read", "{name}"] },
    ],
    [{}, { BELFRY_OLD_MASTER_KEYS: `${key}, ${key}` }, { oldMasterKeys: [keyBytes, keyBytes] }],
    [{}, { BELFRY_SECRET_API_KEY: "a secret of the provider environment" }, { masterKey: null }],
    [{}, { BELFRY_DATA_DIR: "/var/lib/belfry" }, { dataDir: "/var/lib/belfry" }],
    [{}, { DATABASE_URL: "postgres://a/b" }, { databaseUrl: "postgres://a/b" }],
    [
      {},
      { DATABASE_URL: "postgres://a", BELFRY_DATABASE_URL: "postgresql://b" },
      { databaseUrl: "postgresql://b" },
    ],
    [{ databaseUrl: "postgres://c" }, { DATABASE_URL: "postgres://a" }, { databaseUrl: "postgres://c" }],
    [{ host: "::" }, {}, { host: "::" }],
    [{ showOutput: true }, {}, { showOutput: true }],
    [{ showOutput: false }, { BELFRY_SHOW_OUTPUT: "true" }, { showOutput: false }],
    [{}, { BELFRY_SHOW_OUTPUT: "1" }, { showOutput: true }],
    [{ cadence: "1m30s" }, {}, { cadenceMs: 90_000 }],
    [{}, { BELFRY_CADENCE: "500ms" }, { cadenceMs: 500 }],
    [{}, { BELFRY_CADENCE: "5" }, { cadenceMs: 5000 }],
    [{ logLevel: "debug", logFormat: "json" }, {}, { logLevel: "debug", logFormat: "json" }],
    [{ logLimit: "512KiB" }, {}, { logLimit: 524_288 }],
    [{}, { BELFRY_LOG_LIMIT: "4096" }, { logLimit: 4096 }],
    [{}, { BELFRY_MAX_RUNS: "8" }, { maxRuns: 8 }],
    [{ auth: "oidc,local" }, {}, { auth: ["local", "oidc"] }],
    [
      {},
      { BELFRY_OIDC_ROLES: "cn=ops=operator, leads=admin" },
      {
        oidcRoles: [
          { group: "cn=ops", role: "operator" },
          { group: "leads", role: "admin" },
        ],
      },
    ],
    [{ oidcAllowedDomains: "a.org, b.org" }, {}, { oidcAllowedDomains: ["a.org", "b.org"] }],
    [{}, { BELFRY_MASTER_KEY: key }, { masterKey: keyBytes }],
    [{}, { BELFRY_MASTER_KEY: Buffer.from(keyBytes).toString("base64") }, { masterKey: keyBytes }],
    [{}, { BELFRY_MASTER_KEY: Buffer.from(keyBytes).toString("base64url") }, { masterKey: keyBytes }],
  ])("flags %j over the environment %j are %j", (flags, env, expected) => {
    expect(readConfig(flags, env)).toMatchObject(expected);
  });

  it.each<[Record<string, unknown>, NodeJS.ProcessEnv, string[]]>([
    [{ port: "abc" }, {}, ['--port: "abc" cannot be used. Write a whole number from 0 to 65535.']],
    [{ port: "65536" }, {}, ['--port: "65536" cannot be used. Write a whole number from 0 to 65535.']],
    [{}, { BELFRY_PORT: "-1" }, ['BELFRY_PORT: "-1" cannot be used. Write a whole number from 0 to 65535.']],
    [{ port: "1e3" }, {}, ['--port: "1e3" cannot be used. Write a whole number from 0 to 65535.']],
    [{ manifest: "" }, {}, ['--manifest: "" cannot be used. Write a path.']],
    [{ manifest: true }, {}, ['--manifest: "true" cannot be used. Write a path.']],
    [
      { host: "http://a" },
      {},
      [
        '--host: "http://a" cannot be used. Write a host name or an address, such as 127.0.0.1, without a port.',
      ],
    ],
    [
      { cadence: "soon" },
      {},
      ['--cadence: "soon" cannot be used. Write a duration from 100ms to 1h, such as 10s.'],
    ],
    [
      { cadence: "0" },
      {},
      ['--cadence: "0" cannot be used. Write a duration from 100ms to 1h, such as 10s.'],
    ],
    [{}, { BELFRY_SHOW_OUTPUT: "ja" }, ['BELFRY_SHOW_OUTPUT: "ja" cannot be used. Write true or false.']],
    [
      { logLevel: "loud" },
      {},
      ['--log-level: "loud" cannot be used. Write one of fatal, error, warn, info, debug, trace, silent.'],
    ],
    [{ logFormat: "xml" }, {}, ['--log-format: "xml" cannot be used. Write one of auto, pretty, json.']],
    [{ maxRuns: 0 }, {}, ['--max-runs: "0" cannot be used. Write a whole number from 1 to 10000.']],
    [
      { logLimit: "10 apples" },
      {},
      ['--log-limit: "10 apples" cannot be used. Write a number of bytes from 1KiB to 1GiB, such as 10MiB.'],
    ],
    [
      { auth: "ldap" },
      {},
      ['--auth: "ldap" cannot be used. Write local, oidc or github, or several, as local,oidc.'],
    ],
    [
      { oidcRoles: "ops=boss" },
      {},
      ['--oidc-roles: "ops=boss" cannot be used. Write group=role pairs, as ops=operator,leads=admin.'],
    ],
    [
      { githubClientSecret: "x" },
      {},
      ["githubClientSecret cannot be a flag: others could read it. Set BELFRY_GITHUB_CLIENT_SECRET."],
    ],
    [{ prot: "1" }, {}, ['There is no setting "prot". Did you mean port?']],
    [
      {},
      { BELFRY_DATADIR: "x" },
      ["BELFRY_DATADIR: there is no such variable. Did you mean BELFRY_DATA_DIR?"],
    ],
    [{ masterKey: key }, {}, ["masterKey cannot be a flag: others could read it. Set BELFRY_MASTER_KEY."]],
    [
      { port: "x" },
      { BELFRY_CADENCE: "x" },
      [
        '--port: "x" cannot be used. Write a whole number from 0 to 65535.',
        'BELFRY_CADENCE: "x" cannot be used. Write a duration from 100ms to 1h, such as 10s.',
      ],
    ],
  ])("flags %j and the environment %j are refused", (flags, env, expected) => {
    expect(errorOf(flags, env)).toEqual(expected);
  });

  it("name every variable there is when none is near", () => {
    expect(errorOf({}, { BELFRY_XYZZY: "1" })[0]).toMatch(
      /^BELFRY_XYZZY: .+ There are BELFRY_MANIFEST, .+\.$/,
    );
  });

  it("never show a secret in an error", () => {
    const env = { BELFRY_MASTER_KEY: "hunter2", DATABASE_URL: "mysql://me:hunter2@host/db" };
    expect(errorOf({}, env)).toEqual([
      "DATABASE_URL: its value cannot be used. Write a URL such as postgresql://user:password@host:5432/name.",
      "BELFRY_MASTER_KEY: its value cannot be used. Write 32 bytes as 64 hexadecimal digits or in base64.",
    ]);
    expect(errorOf({ masterKey: "hunter2" }, {}).join()).not.toContain("hunter2");
    expect(errorOf({}, { BELFRY_MASTERKEY: "hunter2" }).join()).not.toContain("hunter2");
  });

  it.each<NodeJS.ProcessEnv>([
    { PATH: "/bin", PORT: "1", BELFRYX: "1" },
    { BELFRY_URL: "x", BELFRY_TOKEN: "x", BELFRY_DEBUG: "1", BELFRY_TEST_DATABASE_URL: "x" },
    { BELFRY_RUN_ID: "1", BELFRY_API_URL: "x", BELFRY_ATTEMPT: "1", BELFRY_SCHEDULE: "x" },
    { BELFRY_PORT: "tcp://10.0.0.7:7717", BELFRY_SERVICE_HOST: "10.0.0.7", BELFRY_SERVICE_PORT_HTTP: "7717" },
    { BELFRY_PORT_7717_TCP: "tcp://10.0.0.7:7717", BELFRY_PORT_7717_TCP_ADDR: "10.0.0.7" },
    { BELFRY_API_SERVICE_PORT: "80", BELFRY_API_PORT: "tcp://10.0.0.8:80" },
  ])("are not disturbed by the variables of others: %j", (env) => {
    expect(readConfig({}, env)).toEqual(readConfig({}, {}));
  });
});

describe("docs/configuration.md", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");

  it("has the table of all settings, word by word", () => {
    const rows = page.split("\n").filter((line) => /^\| (`|none)/.test(line));
    expect(rows).toEqual(configFields().map(rowOf));
  });
});

function rowOf({ flag, variables, default: value, description }: ConfigField): string {
  const cells = [flag, variables.join("`, `"), value].map((text) => (text === null ? "none" : `\`${text}\``));
  return `| ${[...cells, description].join(" | ")} |`;
}
