// Compiles src/ into dist/, from nothing, so that no file of an older build stays behind.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

rmSync(join(root, "dist"), { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
  cwd: root,
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
await buildAssets();
chmodSync(join(root, "dist/cli/main.js"), 0o755);

/** What the browser gets: the script of the sign-in pages with what it needs, and their style. */
async function buildAssets() {
  const from = join(root, "src/access/browser");
  const to = join(root, "dist/assets");
  await build({
    entryPoints: [join(from, "passkeys.mjs")],
    outfile: join(to, "passkeys.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "inline",
  });
  copyFileSync(join(from, "style.css"), join(to, "style.css"));
}
