import { html } from "hono/html";
import type { AccessSettings } from "../settings.js";
import { type Html, layout, nothing, problemNote } from "./layout.js";

interface Login {
  access: Pick<AccessSettings, "local" | "oidc" | "github">;
  /** The path to go to afterwards, of this server. */
  returnTo: string;
  problem: string | null;
  name?: string;
}

/** Every way in that there is. */
export function loginPage({ access, returnTo, problem, name = "" }: Login): Html {
  const query = `?return=${encodeURIComponent(returnTo)}`;
  const { local, oidc, github } = access;
  const providers = html`<section>
    ${oidc ? html`<a class="button" href="/auth/oidc${query}">Sign in at ${new URL(oidc.issuer).host}</a>` : nothing}
    ${github ? html`<a class="button" href="/auth/github${query}">Sign in with GitHub</a>` : nothing}
  </section>`;
  const content = html`${problemNote(problem)} ${oidc || github ? providers : nothing}
  ${local ? localForms(returnTo, name) : nothing}`;
  return layout({ title: "Sign in", user: null, isNarrow: true, hasScript: local, content });
}

function localForms(returnTo: string, name: string): Html {
  return html`<section>
      <form method="post" action="/auth/password">
        <input type="hidden" name="return" value="${returnTo}" />
        <label>Name <input name="name" value="${name}" autocomplete="username webauthn" required /></label>
        <label
          >Password
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        <button>Sign in</button>
      </form>
      <button id="passkey-sign-in" class="quiet" type="button" data-return="${returnTo}" hidden>
        Use a passkey
      </button>
      <p id="passkey-problem" class="problem" role="alert" hidden></p>
    </section>
    <p class="note">
      First time here, or locked out? Whoever runs the server gets a link with <code>belfry link</code>.
    </p>`;
}
