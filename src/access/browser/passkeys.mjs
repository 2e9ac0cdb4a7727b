// Runs in the browser. The pages work without it, but for passkeys.
import { browserSupportsWebAuthn, startAuthentication, startRegistration } from "@simplewebauthn/browser";

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? `The server answered ${response.status}.`);
  return answer;
}

async function signIn({ dataset }) {
  const optionsJSON = await post("/auth/passkey/options", {});
  const response = await startAuthentication({ optionsJSON });
  const { location } = await post("/auth/passkey", { response, return: dataset.return });
  globalThis.location.assign(location);
}

async function add() {
  const optionsJSON = await post("/account/passkeys/options", {});
  const response = await startRegistration({ optionsJSON });
  const name = document.querySelector("#passkey-name").value;
  await post("/account/passkeys", { response, name });
  globalThis.location.assign("/account");
}

function offer(id, deed) {
  const button = document.querySelector(id);
  if (button === null || !browserSupportsWebAuthn()) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const problem = document.querySelector("#passkey-problem");
    problem.hidden = true;
    button.disabled = true;
    try {
      await deed(button);
    } catch (error) {
      problem.textContent =
        error.name === "NotAllowedError"
          ? "The passkey was not used: it was cancelled, or took too long."
          : error.message;
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

offer("#passkey-sign-in", signIn);
offer("#passkey-add", add);
