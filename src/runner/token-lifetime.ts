/**
 * For how many milliseconds from now a run token is good, or null if it does not say. The token is not verified: the
 * server does that, and this only tells when to stop trying. Counted from the token's own issue where it names it, so
 * that a host whose clock is wrong does not give up at once.
 */
export function tokenLifetimeMs(token: string, now: number): number | null {
  const { exp, iat } = claimsOf(token);
  if (typeof exp !== "number") return null;
  return typeof iat === "number" ? (exp - iat) * 1000 : exp * 1000 - now;
}

function claimsOf(token: string): { exp?: unknown; iat?: unknown } {
  try {
    const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
    return (JSON.parse(payload) as object | null) ?? {};
  } catch {
    return {};
  }
}
