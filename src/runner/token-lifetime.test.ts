import { describe, expect, it } from "vitest";
import { tokenLifetimeMs } from "./token-lifetime.js";

function tokenOf(payload: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(payload)).toString("base64url")}.signature`;
}

describe("the lifetime of a run token", () => {
  it("is what is left until its expiry", () => {
    expect(tokenLifetimeMs(tokenOf({ exp: 100 }), 40_000)).toBe(60_000);
  });

  it("does not depend on this host's clock when the token names its issue", () => {
    expect(tokenLifetimeMs(tokenOf({ exp: 100, iat: 70 }), 9_999_999)).toBe(30_000);
  });

  it.each(["", "opaque", "a.b.c", "a.bnVsbA.c", tokenOf({ exp: "soon" }), tokenOf(null), tokenOf(7)])(
    "is not known of %j",
    (token) => {
      expect(tokenLifetimeMs(token, 0)).toBeNull();
    },
  );
});
