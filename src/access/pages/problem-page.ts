import { html } from "hono/html";
import { type Html, layout, problemNote } from "./layout.js";

/** What went wrong, and the way back. */
export function problemPage(words: string): Html {
  const content = html`${problemNote(words)}
    <p><a href="/">Go on from the front page</a></p>`;
  return layout({ title: "That did not work", user: null, isNarrow: true, content });
}
