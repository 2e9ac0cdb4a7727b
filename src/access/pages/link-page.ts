import { html } from "hono/html";
import { type Html, layout } from "./layout.js";

/** Asks for a press of a button: programs that look at links in mails and chats must not use one up. */
export function linkPage(token: string): Html {
  const content = html`<section>
    <p>This link signs you in to Belfry, once. Go on only if you asked for it.</p>
    <form method="post" action="/auth/link">
      <input type="hidden" name="token" value="${token}" />
      <button>Sign in</button>
    </form>
  </section>`;
  return layout({ title: "Welcome", user: null, isNarrow: true, content });
}
