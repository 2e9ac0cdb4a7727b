import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../support/browser.js";
import { builtBelfry } from "../support/built-belfry.js";
import { createTestFolder } from "../support/data-dir.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";
import { runBelfry } from "../support/run-belfry.js";

const password = "correct horse battery staple";

it.each([["0.0.0.0"], ["::"]])(
  "a server does not listen on %s without saying how people sign in",
  async (host) => {
    const dataDir = await createTestFolder();
    const { code, stderr } = await runBelfry(["serve", "--host", host, "--port", "0", "--data-dir", dataDir]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^belfry: --host: others can reach .+ \(invalid_config\)\n$/),
    ]);
  },
);

describe("a new server", () => {
  let server: ChildProcess;
  let printed = "";
  let port: number;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await createTestFolder();
    port = await findFreePort();
    await start();
  });

  afterAll(stop);

  async function start(logFormat = "json"): Promise<void> {
    printed = "";
    const inherited = Object.entries(process.env).filter(([name]) => !/^(BELFRY_|DATABASE_URL$)/.test(name));
    const argv = [
      builtBelfry,
      "serve",
      "--port",
      String(port),
      "--data-dir",
      dataDir,
      "--log-format",
      logFormat,
    ];
    server = spawn(process.execPath, argv, {
      env: Object.fromEntries(inherited),
      stdio: ["ignore", "ignore", "pipe"],
    });
    server.stderr!.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await eventually(() => /server\.ready|is ready at/.test(printed) || server.exitCode !== null);
  }

  async function stop(): Promise<void> {
    server.kill("SIGTERM");
    if (server.exitCode === null) await once(server, "exit");
  }

  const here = () => `http://localhost:${port}`;

  it("prints a link for people, and an event where programs read its log", async () => {
    const eventOf = (text: string) => text.split("\n").find((line) => line.includes('"access.first_link"'));
    await eventually(() => eventOf(printed) !== undefined);
    const linkLine = /^ {4}http:\/\/\S+\/auth\/link\?token=[\w-]{43}$/m;
    expect(printed).not.toMatch(linkLine);
    expect(JSON.parse(eventOf(printed)!)).toMatchObject({
      url: expect.stringMatching(/token=[\w-]{43}$/),
      expiresAt: expect.any(String),
    });
    await stop();
    await start("pretty");
    await eventually(() => linkLine.test(printed));
    expect(eventOf(printed)).toBeUndefined();
  });

  it("lets a browser in by its link, once; then a password and a passkey do", async () => {
    const found = /http:\/\/[^\s"]+\/auth\/link\?token=[\w-]+/;
    await eventually(() => found.test(printed));
    const link = found.exec(printed)![0].replace("127.0.0.1", "localhost");

    await using chromium = await openBrowser();
    const context = await chromium.browser.newContext();
    const page = await context.newPage();
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/content security policy|refused to/i.test(message.text())) refused.push(message.text());
    });
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(`${here()}/`);
    expect(await page.textContent("dl")).toContain("owner");

    const devtools = await context.newCDPSession(page);
    await devtools.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true } as const;
    const checked = { hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    await devtools.send("WebAuthn.addVirtualAuthenticator", { options: { ...options, ...checked } });

    await page.goto(`${here()}/account`);
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByText("The new password holds.").waitFor({ state: "attached" });
    await page.getByLabel("Name of a new one").fill("Virtual key");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    // A machine without fonts draws no letters.
    await page.getByText("Virtual key").waitFor({ state: "attached" });

    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.waitForURL(`${here()}/login`);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.waitForURL(`${here()}/`);

    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await page.getByLabel("Name").fill("owner");
    await page.getByLabel("Password").fill("wrong");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("alert").filter({ hasText: "no such name" }).waitFor({ state: "attached" });
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(`${here()}/`);

    const again = await fetch(link.replace(/\?.*/, ""), {
      method: "POST",
      headers: { origin: here(), "content-type": "application/x-www-form-urlencoded" },
      body: new URL(link).search.slice(1),
      redirect: "manual",
    });
    expect(again.status).toBe(401);
    expect(refused).toEqual([]);
  });

  it("prints no link once there is a user, and knows the sessions from before it was started again", async () => {
    const { stdout } = await runBelfry(["link", "owner", "--data-dir", dataDir]);
    await using chromium = await openBrowser();
    const context = await chromium.browser.newContext();
    const page = await context.newPage();
    await page.goto(stdout.trim());
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL(/\/$/);
    await stop();
    await start();
    await page.reload();
    expect(await page.textContent("dl")).toContain("owner");
    expect(printed).not.toContain("/auth/link");
  });
});
