import { html } from "hono/html";
import { type Right, rightsTable, rightsOf } from "../../core/rights.js";
import type { User } from "../../core/user.js";
import { type Html, layout } from "./layout.js";

/** Who one is, what one may do, and where to go on. */
export function homePage(user: User): Html {
  const rights = rightsOf[user.role].map((right: Right) => html`<li>${rightsTable[right]}</li>`);
  const content = html`<section>
      <h2>You</h2>
      <dl>
        <dt>Name</dt>
        <dd>${user.displayName || user.name}</dd>
        <dt>Role</dt>
        <dd>${user.role}</dd>
      </dl>
    </section>
    <section>
      <h2>What you may do</h2>
      <ul>
        ${rights}
      </ul>
    </section>
    <section>
      <h2>Go on</h2>
      <ul>
        <li><a href="/account">Your account</a>: password, passkeys, and where you are signed in</li>
        <li><a href="/api/v1/docs">The API</a>: every operation, for programs</li>
      </ul>
    </section>`;
  return layout({ title: "Belfry", user, content });
}
