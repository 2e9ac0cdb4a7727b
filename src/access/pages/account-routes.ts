import { z } from "zod";
import { BelfryError } from "../../core/errors.js";
import { instantOf } from "../../scheduler/deps.js";
import { listPasskeys } from "../../store/passkeys.js";
import { listSessions } from "../../store/user-sessions.js";
import { clearCookie } from "../cookies.js";
import { addPasskey, newPasskeyOptions, removePasskey } from "../passkeys.js";
import { changePassword } from "../passwords.js";
import { endAllSessions, endSession } from "../sign-out.js";
import { recallStep, rememberStep } from "../steps.js";
import { accountPage } from "./account-page.js";
import { readForm, readJson, readQuery } from "./form.js";
import { homePage } from "./home-page.js";
import { callerOn, type PageContext, type PageDeps, type Pages, type SignedIn } from "./page-env.js";
import { tooLate } from "./sign-in-routes.js";

const idForm = z.object({ id: z.string().regex(/^[\w-]{1,1400}$/) });
const sessionForm = z.object({ id: z.string().regex(/^[1-9]\d{0,17}$/) });
const passwordForm = z.object({ current: z.string().max(1000).optional(), next: z.string().max(1000) });
const passkeyBody = z.object({ response: z.looseObject({}), name: z.string().trim().min(1).max(100) });

/** Adds the front page and what one can change of oneself. */
export function addAccountRoutes(app: Pages, deps: PageDeps): void {
  app.get("/", (c) =>
    c.var.signedIn === null ? c.redirect("/login") : c.html(homePage(c.var.signedIn.user)),
  );
  app.get("/account", async (c) => {
    if (c.var.signedIn === null) return c.redirect("/login?return=/account");
    return showAccount(
      c,
      deps,
      readQuery(c, "done") === "password" ? { done: "The new password holds." } : {},
    );
  });
  addPasswordRoute(app, deps);
  addPasskeyRoutes(app, deps);
  addSessionRoutes(app, deps);
}

function addPasswordRoute(app: Pages, deps: PageDeps): void {
  app.post("/account/password", async (c) => {
    const signedIn = signedInOf(c);
    refuseWithoutLocal(deps);
    const { current, next } = await readForm(c, passwordForm);
    await deps.throttle.count(signedIn.user.name, c.var.address);
    try {
      await changePassword(deps, callerOn(c, signedIn), { current: current ?? null, next });
    } catch (error) {
      if (!(error instanceof BelfryError) || !/^(sign_in_refused|weak_password)$/.test(error.code))
        throw error;
      return showAccount(c, deps, { problem: error.message, status: 422 });
    }
    await deps.throttle.forgive(signedIn.user.name, c.var.address);
    return c.redirect("/account?done=password", 303);
  });
}

function addPasskeyRoutes(app: Pages, deps: PageDeps): void {
  app.post("/account/passkeys/options", async (c) => {
    refuseWithoutLocal(deps);
    await readJson(c, z.object({}));
    const options = await newPasskeyOptions(deps, signedInOf(c).user, c.var.site);
    await rememberStep(c, deps, "new-passkey", {
      challenge: options.challenge,
      userId: signedInOf(c).user.id,
    });
    return c.json(options);
  });
  app.post("/account/passkeys", async (c) => {
    refuseWithoutLocal(deps);
    const signedIn = signedInOf(c);
    const { response, name } = await readJson(c, passkeyBody);
    const step = await recallStep<{ challenge: string; userId: string }>(c, deps, "new-passkey");
    if (step?.userId !== signedIn.user.id) throw tooLate();
    const { challenge } = step;
    await addPasskey(deps, callerOn(c, signedIn), { response, challenge, site: c.var.site, name });
    return c.json({ added: true });
  });
  app.post("/account/passkeys/remove", async (c) => {
    const signedIn = signedInOf(c);
    const { id } = await readForm(c, idForm);
    await removePasskey(deps, callerOn(c, signedIn), id);
    return c.redirect("/account", 303);
  });
}

function addSessionRoutes(app: Pages, deps: PageDeps): void {
  app.post("/account/sessions/end", async (c) => {
    const signedIn = signedInOf(c);
    const { id } = await readForm(c, sessionForm);
    await endSession(deps, callerOn(c, signedIn), id);
    return c.redirect("/account", 303);
  });
  app.post("/account/sessions/end-all", async (c) => {
    await endAllSessions(deps, callerOn(c, signedInOf(c)));
    return leave(c);
  });
  app.post("/auth/sign-out", async (c) => {
    const { signedIn } = c.var;
    if (signedIn !== null) await endSession(deps, callerOn(c, signedIn), signedIn.session.id);
    return leave(c);
  });
}

function leave(c: PageContext): Response {
  clearCookie(c, "belfry_session", c.var.site);
  return c.redirect("/login", 303);
}

interface Told {
  problem?: string;
  done?: string;
  status?: 422;
}

async function showAccount(c: PageContext, deps: PageDeps, told: Told): Promise<Response> {
  const { session, user } = signedInOf(c);
  const page = accountPage({
    user,
    sessionId: session.id,
    sessions: await listSessions(deps.pool, user.id, instantOf(deps)),
    passkeys: await listPasskeys(deps.pool, user.id),
    isLocal: deps.access.local,
    problem: told.problem ?? null,
    done: told.done ?? null,
  });
  return c.html(page, told.status ?? 200);
}

function refuseWithoutLocal({ access }: PageDeps): void {
  if (!access.local)
    throw new BelfryError(
      "forbidden",
      "This server has no passwords and passkeys: a provider knows its users.",
    );
}

function signedInOf(c: PageContext): SignedIn {
  if (c.var.signedIn !== null) return c.var.signedIn;
  throw new BelfryError("unauthorized", "You are not signed in, or not any more.");
}
