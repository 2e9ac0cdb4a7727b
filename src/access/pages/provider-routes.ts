import type { Errand, Provider } from "../provider.js";
import { signInPerson } from "../sign-in.js";
import { localPath } from "../site.js";
import { recallStep, rememberStep } from "../steps.js";
import { readQuery } from "./form.js";
import { fromOf, type PageDeps, type Pages } from "./page-env.js";
import { enter, orRecord, tooLate } from "./sign-in-routes.js";

interface Step extends Errand {
  returnTo: string;
}

/** Adds the way to an identity provider and back. */
export function addProviderRoutes(
  app: Pages,
  deps: PageDeps,
  way: "oidc" | "github",
  provider: Provider,
): void {
  const callback = `/auth/${way}/callback`;

  app.get(`/auth/${way}`, async (c) => {
    const { url, errand } = await provider.begin(c.var.site.origin + callback);
    await rememberStep(c, deps, way, { ...errand, returnTo: localPath(readQuery(c, "return")) });
    return c.redirect(url);
  });

  app.get(callback, async (c) => {
    await deps.throttle.count(null, c.var.address);
    const step = await recallStep<Step>(c, deps, way);
    if (step === null) throw tooLate();
    const url = new URL(c.var.site.origin + callback);
    url.search = new URL(c.req.url).search;
    const token = await orRecord(c, deps, way, async () => {
      const person = await provider.finish(url, step);
      return signInPerson(deps, person, { ...fromOf(c), way });
    });
    await enter(c, deps, token);
    return c.redirect(step.returnTo);
  });
}
