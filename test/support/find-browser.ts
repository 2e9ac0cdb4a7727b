import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

/** A Chrome or Chromium, and what its environment needs beside what this process has. */
export interface BrowserProgram {
  executablePath: string;
  env: Record<string, string>;
}

/** The browser that CHROME_PATH or BELFRY_CHROMIUM names, else the machine's own, else the npm package's, unpacked under `temporary`. */
export async function findBrowser(temporary: string): Promise<BrowserProgram> {
  const named = process.env["CHROME_PATH"] || process.env["BELFRY_CHROMIUM"];
  const executablePath = named || installedPlaces().find(isBrowser);
  return executablePath ? { executablePath, env: {} } : unpackNpmBrowser(temporary);
}

function installedPlaces(): string[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome"];
  return [
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    "/opt/google/chrome/chrome",
    "/usr/lib/chromium/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  ];
}

/** Some systems have a script of that name which only says what to install; one from snap cannot see our folders. */
function isBrowser(path: string): boolean {
  if (!existsSync(path) || process.platform === "win32") return existsSync(path);
  const { status, stdout } = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return status === 0 && /\d+\.\d+/.test(stdout) && !/snap/i.test(stdout);
}

async function unpackNpmBrowser(temporary: string): Promise<BrowserProgram> {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("There is no browser. Install Chrome or Chromium, or name one in CHROME_PATH.");
  }
  const executablePath = join(temporary, "chromium");
  await unpack("chromium.br", executablePath);
  await unpackTar("fonts.tar.br", temporary);
  const env: Record<string, string> = { FONTCONFIG_PATH: temporary };
  if (lacksLibraries(executablePath)) {
    await unpackTar("al2023.tar.br", temporary);
    env["LD_LIBRARY_PATH"] = join(temporary, "lib");
  }
  return { executablePath, env };
}

function lacksLibraries(executablePath: string): boolean {
  return spawnSync("ldd", [executablePath], { encoding: "utf8" }).stdout?.includes("not found") ?? false;
}

async function unpackTar(name: string, folder: string): Promise<void> {
  const tar = join(folder, name);
  await unpack(name, tar);
  const { status, stderr } = spawnSync("tar", ["-xf", tar, "-C", folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} of the browser cannot be unpacked: ${stderr}`);
}

async function unpack(name: string, to: string): Promise<void> {
  const main = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const packed = createReadStream(join(dirname(main), "../../bin", name));
  await pipeline(packed, createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
}
