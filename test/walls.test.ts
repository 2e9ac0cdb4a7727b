import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const oxlint = join(root, "node_modules/.bin/oxlint");

/** Whether the project's own lint rules refuse this import in this file. */
async function isRefused(file: string, importLine: string): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "belfry-walls-"));
  try {
    await copyFile(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), `${importLine}\nexport const used = thing;\n`);
    const { stdout } = spawnSync(oxlint, ["--config", ".oxlintrc.json", file], {
      cwd: folder,
      encoding: "utf8",
    });
    return stdout.includes("no-restricted-imports");
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  ["src/core/thing.ts", "../store/database.js"],
  ["src/core/thing.ts", "node:fs"],
  ["src/core/cron/thing.ts", "../../store/database.js"],
  ["src/core/cron/thing.ts", "node:fs"],
  ["src/core/cron/thing.ts", "cronstrue"],
  ["src/core/thing.ts", "zod"],
  ["src/core/thing.ts", "@hono/zod-openapi"],
  ["src/scheduler/thing.ts", "pg"],
  ["src/server/thing.ts", "@electric-sql/pglite"],
  ["src/cli/thing.ts", "pg"],
  ["src/cli/thing.ts", "../store/runs.js"],
  ["src/cli/thing.ts", "../server/server.js"],
  ["src/cli/plan/thing.ts", "../../store/runs.js"],
  ["src/cli/plan/thing.ts", "../../manifest/apply.js"],
  ["src/cli/plan/thing.ts", "../../api/public/app.js"],
  ["src/cli/thing.ts", "../scheduler/tick.js"],
  ["src/cli/thing.ts", "../api/public/app.js"],
  ["src/cli/thing.ts", "../api/internal/shapes.js"],
  ["src/cli/thing.ts", "../api/public/plan-route.js"],
  ["src/cli/thing.ts", "../manifest/apply.js"],
  ["src/cli/thing.ts", "../manifest/plan.js"],
  ["src/runner/thing.ts", "../store/runs.js"],
  ["src/runner/thing.ts", "../api/internal/shapes.js"],
  ["src/dispatchers/thing.ts", "../store/runs.js"],
  ["src/dispatchers/docker/thing.ts", "../../store/runs.js"],
  ["src/store/thing.ts", "../scheduler/deps.js"],
  ["src/store/embedded/thing.ts", "../../api/problem.js"],
])("%s may not import %s", async (file, imported) => {
  expect(await isRefused(file, `import { thing } from "${imported}";`)).toBe(true);
});

test.each([
  ["src/core/thing.ts", 'import { thing } from "./errors.js";'],
  ["src/core/cron/thing.ts", 'import { thing } from "../errors.js";'],
  ["src/core/cron/thing.ts", 'import { thing } from "./field.js";'],
  ["src/store/thing.ts", 'import { thing } from "../core/run.js";'],
  ["src/store/thing.ts", 'import { thing } from "pg";'],
  ["src/cli/thing.ts", 'import { thing } from "../api/public/shapes.js";'],
  ["src/cli/thing.ts", 'import { thing } from "../core/fires/next-fire.js";'],
  ["src/cli/thing.ts", 'import { thing } from "../explain/english.js";'],
  ["src/cli/thing.ts", 'import { thing } from "../manifest/sources.js";'],
  ["src/cli/thing.ts", 'import { thing } from "../manifest/problem.js";'],
  ["src/cli/plan/thing.ts", 'import { thing } from "../../manifest/sources.js";'],
  ["src/cli/serve.ts", 'import { thing } from "../server/server.js";'],
  ["src/runner/thing.ts", 'import type { thing } from "../api/internal/shapes.js";'],
  ["src/scheduler/thing.ts", 'import { thing } from "../store/runs.js";'],
])("%s may have the line %s", async (file, line) => {
  expect(await isRefused(file, line)).toBe(false);
});

test("only src/store speaks SQL", async () => {
  const files = (await readdir(join(root, "src"), { recursive: true })).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.startsWith("store/"),
  );
  expect(files.length).toBeGreaterThan(50);
  const speakers: string[] = [];
  for (const file of files) {
    const text = await readFile(join(root, "src", file), "utf8");
    if (/\.query[<(]|\b(select|insert into|delete from)\s[^;`"]*\b(from|values|where)\b/.test(text))
      speakers.push(file);
  }
  expect(speakers).toEqual([]);
});
