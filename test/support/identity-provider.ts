import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
// @ts-expect-error -- it has no types
import { Provider } from "oidc-provider";

export interface IdentityProvider extends AsyncDisposable {
  issuer: string;
  /** Who signs in next, and what is known of them. */
  person: { sub: string } & Record<string, unknown>;
  /** Goes through the sign-in at the provider as a browser would, and answers the address that it is sent back to. */
  signIn(authorizationUrl: string): Promise<URL>;
}

/** A real OpenID Connect provider in this process, that lets in whoever the test says. */
export async function startIdentityProvider(redirectUri: string): Promise<IdentityProvider> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world: IdentityProvider = {
    issuer,
    person: { sub: "nobody" },
    signIn: (url) => followTo(redirectUri, url),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  const provider = await createProvider(issuer, redirectUri, world);
  server.on("request", provider.callback());
  return world;
}

async function createProvider(issuer: string, redirectUri: string, world: Pick<IdentityProvider, "person">) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const provider = new Provider(issuer, {
    clients: [{ client_id: "belfry", client_secret: "a-secret-of-two", redirect_uris: [redirectUri] }],
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] },
    cookies: { keys: ["a key of the test"] },
    claims: {
      openid: ["sub"],
      profile: ["name", "preferred_username"],
      email: ["email", "email_verified"],
      groups: ["groups"],
    },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: async (_: unknown, sub: string) => ({
      accountId: sub,
      claims: async () => ({ ...world.person, sub }),
    }),
    async loadExistingGrant(ctx: any) {
      const grant = new ctx.oidc.provider.Grant({
        accountId: ctx.oidc.session.accountId,
        clientId: "belfry",
      });
      grant.addOIDCScope("openid profile email groups");
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx: any, next: () => Promise<void>) => {
    if (!ctx.path.startsWith("/interaction/")) return next();
    const result = { login: { accountId: world.person.sub } };
    await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false });
    ctx.respond = false;
  });
  return provider;
}

async function followTo(redirectUri: string, start: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let steps = 0; steps < 10; steps += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      cookies.set(name!, value!);
    }
    const location = answer.headers.get("location");
    if (location === null) throw new Error(`${answer.status} at ${url}: ${await answer.text()}`);
    url = new URL(location, url).href;
    if (url.startsWith(redirectUri)) return new URL(url);
  }
  throw new Error("The provider does not send back.");
}
