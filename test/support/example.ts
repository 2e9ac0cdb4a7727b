import { cpSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { BelfryServer } from "./belfry-server.js";
import { createTestDataDir } from "./data-dir.js";

/** A folder of `examples`. */
export interface Example {
  folder: string;
  /** Its README.md. */
  page: string;
  /** The text of its belfry.yaml. */
  text: string;
  /** The names of its schedules, in their order. */
  names: string[];
  /** The keys that its schedules and their defaults have. */
  keys: Set<string>;
}

export function readExample(name: string): Example {
  const folder = fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const text = readFileSync(join(folder, "belfry.yaml"), "utf8");
  const { defaults, schedules } = parse(text) as { defaults: object; schedules: Record<string, object> };
  return {
    folder,
    page: readFileSync(join(folder, "README.md"), "utf8"),
    text,
    names: Object.keys(schedules),
    keys: new Set([defaults, ...Object.values(schedules)].flatMap((entry) => Object.keys(entry))),
  };
}

/** The schedules that a page has a line for, in a table. */
export function schedulesInTable({ page }: Example): string[] {
  return [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name!);
}

/** A server that has applied a copy of an example, in a folder that goes with it. */
export interface ServedExample extends AsyncDisposable {
  server: BelfryServer;
  folder: string;
  manifest: string;
}

export async function serveExample(example: Example): Promise<ServedExample> {
  const dataDir = await createTestDataDir();
  const folder = join(dataDir, "example");
  cpSync(example.folder, folder, { recursive: true });
  const manifest = join(folder, "belfry.yaml");
  const server = new BelfryServer({ manifest, dataDir, databaseUrl: null, port: 0 });
  await server.start();
  await server.untilLogged("manifest.applied");
  return {
    server,
    folder,
    manifest,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true });
    },
  };
}
