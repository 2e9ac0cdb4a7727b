import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface FakeGithub extends AsyncDisposable {
  url: string;
  user: { id: number; login: string; name: string | null };
  emails: { email: string; verified: boolean; primary: boolean }[];
  /** Membership of organisations: `active` or `pending`. */
  orgs: Record<string, string>;
  /** Says yes to what Belfry asked for, and answers where the browser is sent back to. */
  allow(authorizationUrl: string): URL;
}

/** As much of GitHub as a sign-in needs, which checks what it is sent. */
export async function startFakeGithub(): Promise<FakeGithub> {
  const codes = new Map<string, { challenge: string; redirectUri: string }>();
  const server = createServer((request, response) => {
    void answerTo(request).then((body) => {
      response.writeHead(body === null ? 404 : 200, { "content-type": "application/json" });
      return response.end(JSON.stringify(body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const world: FakeGithub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    user: { id: 0, login: "", name: null },
    emails: [],
    orgs: {},
    allow(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams;
      const code = `code-${codes.size}`;
      const redirectUri = asked.get("redirect_uri")!;
      codes.set(code, { challenge: asked.get("code_challenge")!, redirectUri });
      return new URL(`${redirectUri}?${String(new URLSearchParams({ code, state: asked.get("state")! }))}`);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };

  async function answerTo(request: IncomingMessage): Promise<unknown> {
    const path = request.url!;
    if (path === "/login/oauth/access_token") return exchange(new URLSearchParams(await text(request)));
    if (request.headers.authorization !== "Bearer gho_of_the_test") return null;
    if (path === "/api/v3/user") return world.user;
    if (path === "/api/v3/user/emails") return world.emails;
    const org = /^\/api\/v3\/user\/memberships\/orgs\/(\w+)$/.exec(path)?.[1];
    return org !== undefined && world.orgs[org] ? { state: world.orgs[org] } : null;
  }

  /** GitHub tells of errors with status 200. */
  function exchange(form: URLSearchParams): object {
    const issued = codes.get(form.get("code") ?? "");
    codes.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRight =
      form.get("client_id") === "belfry" &&
      form.get("client_secret") === "a-secret-of-two" &&
      issued?.challenge === challenge &&
      issued.redirectUri === form.get("redirect_uri");
    return isRight ? { access_token: "gho_of_the_test" } : { error: "bad_verification_code" };
  }

  return world;
}
