import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.js";
import { createGuardedFolder } from "./temporary-folder.js";

/** A headless browser. Closing it ends its processes and removes its profile. */
export interface OpenBrowser extends AsyncDisposable {
  /** For contexts of one's own: another size, language or time zone. */
  readonly browser: Browser;
  close(): Promise<void>;
}

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Opens a Chrome or Chromium of this machine, or the one of the npm package; see `findBrowser`. */
export async function openBrowser(): Promise<OpenBrowser> {
  const { folder, remove } = await createGuardedFolder("browser");
  try {
    const browser = await launch(folder);
    const close = async () => {
      await browser.close();
      await remove();
    };
    return { browser, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Through a persistent context, because only that lets the profile be where it is sure to be removed. */
async function launch(folder: string): Promise<Browser> {
  const { executablePath, env } = await findBrowser(folder);
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath,
    args,
    headless: true,
    artifactsDir: join(folder, "artifacts"),
    env: { ...process.env, ...env },
  });
  return context.browser()!;
}
