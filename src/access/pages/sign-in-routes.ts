import { z } from "zod";
import type { SignInWay } from "../../core/user.js";
import { BelfryError } from "../../core/errors.js";
import { deleteSessionOfToken } from "../../store/user-sessions.js";
import { readCookie, writeCookie } from "../cookies.js";
import { followLink } from "../links.js";
import { findByPasskey, signInOptions } from "../passkeys.js";
import { findByPassword } from "../passwords.js";
import { recordRefusal, signInUser } from "../sign-in.js";
import { localPath } from "../site.js";
import { recallStep, rememberStep } from "../steps.js";
import { tokenHash } from "../token.js";
import { readForm, readJson, readQuery } from "./form.js";
import { linkPage } from "./link-page.js";
import { loginPage } from "./login-page.js";
import { fromOf, type PageContext, type PageDeps, type Pages } from "./page-env.js";

const passwordForm = z.object({
  name: z.string().max(100),
  password: z.string().max(1000),
  return: z.string().max(2000).optional(),
});
const linkForm = z.object({ token: z.string().max(200) });
const passkeyBody = z.object({ response: z.looseObject({}), return: z.string().max(2000).optional() });

/** Adds the ways in that need nobody else: by a link, by a password, by a passkey. */
export function addSignInRoutes(app: Pages, deps: PageDeps): void {
  app.get("/login", (c) => {
    const returnTo = localPath(readQuery(c, "return"));
    if (c.var.signedIn !== null) return c.redirect(returnTo);
    return c.html(loginPage({ access: deps.access, returnTo, problem: null }));
  });
  app.get("/auth/link", (c) => c.html(linkPage(readQuery(c, "token") ?? "")));
  app.post("/auth/link", async (c) => {
    const { token } = await readForm(c, linkForm);
    await deps.throttle.count(null, c.var.address);
    await enter(c, deps, await followLink(deps, token, fromOf(c)));
    return c.redirect("/", 303);
  });
  addPasswordRoute(app, deps);
  addPasskeyRoutes(app, deps);
}

function addPasswordRoute(app: Pages, deps: PageDeps): void {
  app.post("/auth/password", async (c) => {
    const { name: typed, password, return: asked } = await readForm(c, passwordForm);
    const [name, returnTo] = [typed.trim().toLowerCase(), localPath(asked)];
    try {
      await signInByPassword(c, deps, name, password);
    } catch (error) {
      if (!(error instanceof BelfryError) || !/^(sign_in_refused|too_many_sign_ins)$/.test(error.code))
        throw error;
      const page = loginPage({ access: deps.access, returnTo, problem: error.message, name });
      return c.html(page, error.code === "sign_in_refused" ? 401 : 429);
    }
    return c.redirect(returnTo, 303);
  });
}

async function signInByPassword(
  c: PageContext,
  deps: PageDeps,
  name: string,
  password: string,
): Promise<void> {
  refuseWithoutLocal(deps);
  const { address } = c.var;
  await deps.throttle.count(name, address);
  const user = await findByPassword(deps, name, password);
  if (user === null) {
    await recordRefusal(deps, { way: "password", name }, fromOf(c).origin);
    throw new BelfryError("sign_in_refused", "There is no such name with this password.");
  }
  await deps.throttle.forgive(name, address);
  await enter(c, deps, await signInUser(deps, user, { ...fromOf(c), way: "password" }));
}

function addPasskeyRoutes(app: Pages, deps: PageDeps): void {
  app.post("/auth/passkey/options", async (c) => {
    refuseWithoutLocal(deps);
    await readJson(c, z.object({}));
    const options = await signInOptions(c.var.site);
    await rememberStep(c, deps, "passkey", { challenge: options.challenge });
    return c.json(options);
  });
  app.post("/auth/passkey", async (c) => {
    refuseWithoutLocal(deps);
    const { response, return: asked } = await readJson(c, passkeyBody);
    await deps.throttle.count(null, c.var.address);
    const step = await recallStep<{ challenge: string }>(c, deps, "passkey");
    if (step === null) throw tooLate();
    const user = await orRecord(c, deps, "passkey", () =>
      findByPasskey(deps, { response, challenge: step.challenge, site: c.var.site }),
    );
    await enter(c, deps, await signInUser(deps, user, { ...fromOf(c), way: "passkey" }));
    return c.json({ location: localPath(asked) });
  });
}

/** The deed's result; if it is refused, that is written down before it is thrown on. */
export async function orRecord<T>(
  c: PageContext,
  deps: PageDeps,
  way: SignInWay,
  deed: () => Promise<T>,
): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    await recordRefusal(deps, { way, name: "unknown" }, fromOf(c).origin);
    throw error;
  }
}

/** Gives the browser its session; the one that it had before is over. */
export async function enter(c: PageContext, deps: PageDeps, token: string): Promise<void> {
  const { site } = c.var;
  const before = readCookie(c, "belfry_session", site);
  if (before !== undefined) await deleteSessionOfToken(deps.pool, tokenHash(before));
  writeCookie(c, "belfry_session", { site, value: token, forMs: deps.access.sessionMaxMs });
}

export function tooLate(): BelfryError {
  return new BelfryError(
    "sign_in_refused",
    "The sign-in took too long, or was begun in another browser. Begin again.",
  );
}

function refuseWithoutLocal({ access }: PageDeps): void {
  if (!access.local) throw new BelfryError("sign_in_refused", "This server has no users of its own.");
}
