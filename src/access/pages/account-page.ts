import { html } from "hono/html";
import type { User } from "../../core/user.js";
import type { Passkey } from "../../store/passkeys.js";
import type { UserSession } from "../../store/user-sessions.js";
import { passwordLength } from "../passwords.js";
import { type Html, instantText, layout, nothing, problemNote } from "./layout.js";

interface Account {
  user: User;
  sessionId: string;
  sessions: readonly UserSession[];
  passkeys: readonly Passkey[];
  /** Whether there are passwords and passkeys here. */
  isLocal: boolean;
  problem: string | null;
  done: string | null;
}

/** What one can change of oneself. */
export function accountPage(account: Account): Html {
  const { user, isLocal, problem, done } = account;
  const content = html`${problemNote(problem)}
  ${done === null ? nothing : html`<p class="done" role="status">${done}</p>`}
  ${isLocal ? html`${passwordForm(user)} ${passkeyList(account)}` : nothing} ${sessionList(account)}`;
  return layout({ title: "Your account", user, hasScript: isLocal, content });
}

function passwordForm({ name, hasPassword }: User): Html {
  const { least, most } = passwordLength;
  const current = html`<label
    >Present password
    <input name="current" type="password" autocomplete="current-password" required />
  </label>`;
  return html`<section>
    <h2>${hasPassword ? "Change your password" : "Set a password"}</h2>
    <form method="post" action="/account/password">
      <input name="username" value="${name}" autocomplete="username" hidden />
      ${hasPassword ? current : nothing}
      <label
        >New password
        <input
          name="next"
          type="password"
          autocomplete="new-password"
          minlength="${least}"
          maxlength="${most}"
          required
        />
      </label>
      <p class="note">${least} characters or more. You are then signed out everywhere else.</p>
      <button>${hasPassword ? "Change" : "Set"} password</button>
    </form>
  </section>`;
}

function passkeyList({ passkeys }: Account): Html {
  const rows = passkeys.map(
    ({ id, name, createdAt }) =>
      html`<li>
        <span>${name}, since ${instantText(createdAt)}</span>
        <form method="post" action="/account/passkeys/remove">
          <input type="hidden" name="id" value="${id}" />
          <button class="quiet" aria-label="Remove the passkey ${name}">Remove</button>
        </form>
      </li>`,
  );
  return html`<section>
    <h2>Passkeys</h2>
    <ul class="rows">
      ${rows}
    </ul>
    <label>Name of a new one <input id="passkey-name" maxlength="100" value="My device" /></label>
    <button id="passkey-add" type="button" hidden>Add a passkey</button>
    <p id="passkey-problem" class="problem" role="alert" hidden></p>
    <noscript><p class="note">A passkey needs JavaScript.</p></noscript>
  </section>`;
}

function sessionList({ sessions, sessionId }: Account): Html {
  const rows = sessions.map(
    ({ id, way, address, userAgent, lastSeenAt }) =>
      html`<li>
        <span
          >${id === sessionId ? "This browser" : (userAgent ?? "A program")}, by
          ${way}${address === null ? "" : `, from ${address}`}, last seen ${instantText(lastSeenAt)}</span
        >
        <form method="post" action="/account/sessions/end">
          <input type="hidden" name="id" value="${id}" />
          <button class="quiet" aria-label="End session ${id}">End</button>
        </form>
      </li>`,
  );
  return html`<section>
    <h2>Where you are signed in</h2>
    <ul class="rows">
      ${rows}
    </ul>
    <form method="post" action="/account/sessions/end-all">
      <button class="quiet">Sign out everywhere</button>
    </form>
  </section>`;
}
