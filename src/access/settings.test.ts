import { describe, expect, it } from "vitest";
import { readConfig } from "../config/config.js";
import type { BelfryError } from "../core/errors.js";
import { accessSettingsOf, isLoopback } from "./settings.js";

const secrets = { BELFRY_OIDC_CLIENT_SECRET: "s", BELFRY_GITHUB_CLIENT_SECRET: "s" };
const oidc = {
  auth: "oidc",
  oidcIssuer: "https://id.example.org",
  oidcClientId: "belfry",
  publicUrl: "https://b.org",
};
const github = { auth: "github", githubClientId: "belfry", publicUrl: "https://b.org" };

function problemsOf(flags: Record<string, string>, env: Record<string, string> = secrets): string[] {
  try {
    accessSettingsOf(readConfig(flags, env));
    return [];
  } catch (error) {
    expect((error as BelfryError).code).toBe("invalid_config");
    return (error as BelfryError).message.split("\n");
  }
}

describe("a server", () => {
  it.each(["0.0.0.0", "::", "10.0.0.7", "belfry.example.org", "128.0.0.1", "127.example.org"])(
    "does not listen on %s as long as nobody has to sign in, and says what to do",
    (host) => {
      expect(problemsOf({ host })).toEqual([
        expect.stringMatching(/^--host: .+ Say --auth local, .+ 127\.0\.0\.1\.$/),
      ]);
      expect(problemsOf({ host, auth: "local" })).toEqual([]);
      expect(problemsOf({ host, roles: "scheduler" })).toEqual([]);
    },
  );

  it.each(["127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"])("listens on %s as it is", (host) => {
    expect(problemsOf({ host })).toEqual([]);
    expect(isLoopback(host)).toBe(true);
  });

  it.each<[Record<string, string>, RegExp[]]>([
    [{ ...oidc }, [/--oidc-allowed-groups or --oidc-allowed-domains/]],
    [{ ...oidc, oidcAllowedDomains: "*" }, []],
    [{ ...oidc, oidcAllowedGroups: "ops" }, []],
    [{ auth: "oidc", oidcAllowedGroups: "*" }, [/^--oidc-issuer/, /^--oidc-client-id/, /^--public-url/]],
    [
      { ...oidc, oidcIssuer: "http://id.example.org", oidcAllowedGroups: "ops" },
      [/^--oidc-issuer: .* no TLS/],
    ],
    [{ ...oidc, oidcIssuer: "http://127.0.0.1:9000", oidcAllowedGroups: "ops" }, []],
    [{ ...github }, [/--github-allowed-users '\*' lets everybody in/]],
    [{ ...github, githubAllowedUsers: "*" }, []],
    [
      { ...github, githubAllowedOrgs: "acme", githubUrl: "http://git.acme.org" },
      [/^--github-url: .* no TLS/],
    ],
    [{ auth: "github", githubAllowedOrgs: "acme" }, [/^--github-client-id/, /^--public-url/]],
  ])("told %j is refused for %j", (flags, expected) => {
    expect(problemsOf(flags)).toEqual(expected.map((each) => expect.stringMatching(each)));
  });

  it("needs the secret of its provider from the environment", () => {
    expect(problemsOf({ ...oidc, oidcAllowedGroups: "ops" }, {})).toEqual([
      expect.stringMatching(/^BELFRY_OIDC_CLIENT_SECRET: /),
    ]);
  });
});
