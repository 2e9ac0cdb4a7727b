import { SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import { Signer, tokenExpiry } from "./signer.js";

const soon = () => new Date(Date.now() + 60_000);
const claims = (expiresAt = soon()) => ({ runId: "42", attempt: 3, secretNames: ["api_key"], expiresAt });
const signer = new Signer(new Uint8Array(32).fill(1));

test("a token says what was signed", async () => {
  const expiresAt = new Date(Math.floor(soon().getTime() / 1000) * 1000);
  const { token } = await signer.sign(claims(expiresAt));
  expect(await signer.verify(token)).toEqual(claims(expiresAt));
});

test("the hash is the token's SHA-256 in hex", async () => {
  const { token, hash } = await signer.sign(claims());
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(signer.hashToken(token)).toBe(hash);
});

test("a token outlives the run's timeout by 120 s", () => {
  expect(tokenExpiry(60, new Date("2026-01-01T00:00:00Z"))).toEqual(new Date("2026-01-01T00:03:00Z"));
});

test.each([0, 16, 31, 33])("a master key of %i bytes is refused", (length) => {
  expect(() => new Signer(new Uint8Array(length))).toThrow(
    `The master key has ${length} bytes; it must have 32.`,
  );
});

test("a server with the same master key takes the token, one with another does not", async () => {
  const { token } = await signer.sign(claims());
  await expect(new Signer(new Uint8Array(32).fill(1)).verify(token)).resolves.toMatchObject({ runId: "42" });
  await expect(new Signer(new Uint8Array(32).fill(2)).verify(token)).rejects.toMatchObject({
    code: "token_invalid",
  });
});

test("an expired token is refused, and the reason says so", async () => {
  const { token } = await signer.sign(claims(new Date(Date.now() - 1000)));
  await expect(signer.verify(token)).rejects.toThrow("it has expired");
});

test("a token that was changed is refused", async () => {
  const { token } = await signer.sign(claims());
  const [header, , signature] = token.split(".");
  const forged = Buffer.from(JSON.stringify({ sub: "43", attempt: 3, iss: "belfry", exp: 9e9 })).toString(
    "base64url",
  );
  await expect(signer.verify(`${header}.${forged}.${signature}`)).rejects.toMatchObject({
    code: "token_invalid",
  });
});

test("the master key itself signs nothing", async () => {
  const jwt = new SignJWT({ attempt: 1 })
    .setProtectedHeader({ alg: "HS256" })
    .setIssuer("belfry")
    .setSubject("42");
  const token = await jwt.setExpirationTime(soon()).sign(new Uint8Array(32).fill(1));
  await expect(signer.verify(token)).rejects.toMatchObject({ code: "token_invalid" });
});

test.each(["", "nonsense", "a.b.c", "..", "🔔.🔔.🔔"])("%j is no token", async (token) => {
  await expect(signer.verify(token)).rejects.toMatchObject({ code: "token_invalid" });
});

test("an unsigned token is refused", async () => {
  const token = new UnsecuredJWT({ attempt: 1 })
    .setIssuer("belfry")
    .setSubject("42")
    .setExpirationTime(soon())
    .encode();
  await expect(signer.verify(token)).rejects.toMatchObject({ code: "token_invalid" });
});

test("a token without an expiry is never made", async () => {
  const endless = { ...claims(), expiresAt: undefined as unknown as Date };
  await expect(signer.sign(endless)).rejects.toThrow();
  await expect(signer.sign({ ...claims(), expiresAt: new Date(Number.NaN) })).rejects.toThrow();
});

test("after a change of the master key, tokens of before are good, and new ones are signed with the new one", async () => {
  const [oldKey, newKey] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
  const changing = new Signer(oldKey);
  const { token: before } = await changing.sign(claims());
  changing.use({ current: newKey, others: [oldKey] });
  const { token: after } = await changing.sign(claims());
  const restarted = new Signer(newKey);
  restarted.use({ current: newKey, others: [oldKey] });
  for (const token of [before, after])
    await expect(restarted.verify(token)).resolves.toMatchObject({ runId: "42" });
  await expect(new Signer(newKey).verify(before)).rejects.toMatchObject({ code: "token_invalid" });
  await expect(new Signer(newKey).verify(after)).resolves.toMatchObject({ runId: "42" });
});

test("a server that does not know the new master key yet reads the keys again", async () => {
  const [oldKey, newKey] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array];
  const { token } = await new Signer(newKey).sign(claims());
  const other = new Signer(oldKey, async () => ({ current: newKey, others: [oldKey] }));
  await expect(other.verify(token)).resolves.toMatchObject({ runId: "42" });
});
