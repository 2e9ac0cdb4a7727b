import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { User } from "../../core/user.js";

/** A piece of a page. What stands in one is escaped unless it is such a piece itself. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export const nothing: Html = raw("");

interface Page {
  title: string;
  user: Pick<User, "name"> | null;
  /** A single form, in the middle. */
  isNarrow?: boolean;
  hasScript?: boolean;
  content: Html;
}

/** A whole page. */
export function layout({ title, user, isNarrow = false, hasScript = false, content }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · Belfry</title>
        <link rel="stylesheet" href="/assets/style.css" />
        ${hasScript ? html`<script type="module" src="/assets/passkeys.js"></script>` : nothing}
      </head>
      <body class="${isNarrow ? "narrow" : ""}">
        <header>
          <a class="name" href="/">Belfry</a>
          ${user === null ? nothing : signedIn(user)}
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}

function signedIn({ name }: Pick<User, "name">): Html {
  return html`<form method="post" action="/auth/sign-out">
    <a href="/account">${name}</a>
    <button class="quiet">Sign out</button>
  </form>`;
}

/** Says what went wrong, to screen readers at once. */
export function problemNote(words: string | null): Html {
  return words === null ? nothing : html`<p class="problem" role="alert">${words}</p>`;
}

/** An instant for people everywhere. */
export function instantText(at: Date): Html {
  const text = at.toISOString();
  return html`<time datetime="${text}">${text.slice(0, 16).replace("T", " ")} UTC</time>`;
}
