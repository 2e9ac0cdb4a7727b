import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { addressOf, localPath, siteOf } from "./site.js";

/** What a function says of a request over a connection from 10.0.0.1. */
async function said<T>(read: (c: any) => T, headers: Record<string, string>): Promise<T> {
  const app = new Hono();
  let answer: T;
  app.get("*", (c) => {
    answer = read(c);
    return c.body(null);
  });
  const socket = { remoteAddress: "10.0.0.1", remotePort: 1, remoteFamily: "IPv4" };
  await app.request("http://belfry.internal:7717/", { headers }, { incoming: { socket } });
  return answer!;
}

describe("the address that a request comes from", () => {
  it.each([
    [0, undefined, "10.0.0.1"],
    [0, "203.0.113.9", "10.0.0.1"],
    [1, undefined, "10.0.0.1"],
    [1, "203.0.113.9", "203.0.113.9"],
    [1, "198.51.100.7, 203.0.113.9", "203.0.113.9"],
    [2, "198.51.100.7, 203.0.113.9", "198.51.100.7"],
    [2, "192.0.2.1, 198.51.100.7, 203.0.113.9", "198.51.100.7"],
    [2, "203.0.113.9", "10.0.0.1"],
    [1, "2001:db8::7", "2001:db8::7"],
    [1, "unknown", "10.0.0.1"],
    [1, "<script>", "10.0.0.1"],
  ])("behind %i proxies, told %j, is %s", async (trustProxy, forwarded, expected) => {
    const headers: Record<string, string> = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    expect(await said((c) => addressOf(c, { trustProxy }), headers)).toBe(expected);
  });
});

describe("the server as a browser sees it", () => {
  it.each<[string | null, number, Record<string, string>, string]>([
    [null, 0, {}, "http://belfry.internal:7717"],
    [null, 0, { "x-forwarded-proto": "https" }, "http://belfry.internal:7717"],
    [null, 1, { "x-forwarded-proto": "https" }, "https://belfry.internal:7717"],
    [null, 1, { "x-forwarded-proto": "http, https" }, "https://belfry.internal:7717"],
    [null, 1, { "x-forwarded-proto": "https, http" }, "http://belfry.internal:7717"],
    [null, 1, { "x-forwarded-host": "evil.example" }, "http://belfry.internal:7717"],
    ["https://b.org", 0, { "x-forwarded-proto": "http" }, "https://b.org"],
  ])("told %j, behind %i proxies, with %j, is %s", async (publicOrigin, trustProxy, headers, origin) => {
    const site = await said((c) => siteOf(c, { publicOrigin, trustProxy }), headers);
    expect(site).toEqual({ origin, isSecure: origin.startsWith("https:") });
  });
});

it("leads nowhere but to a path of this server", () => {
  expect(localPath("/a/b?c=1#d")).toBe("/a/b?c=1");
  expect(localPath("/..//evil.example")).toBe("/");
  for (const bad of [undefined, "", "a", "//a", "/\\a", "/a\\b", "/a b", "/\ta", "http://a", "/é"])
    expect(localPath(bad)).toBe("/");
});
