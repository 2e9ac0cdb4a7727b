import { cp, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { runStatement } from "../read-rows.js";
import { type Patch, type PlantedBug, plantedBugs } from "./bugs.js";

export interface Planted {
  /** The program to run. */
  program: string;
  /** What is to be done to the database once it is migrated. */
  inDatabase: (url: string) => Promise<void>;
}

/** Plants a bug in a copy of the build in `folder`; without one the build itself is run. */
export async function plantBug(bug: PlantedBug | null, program: string, folder: string): Promise<Planted> {
  if (bug === null) return { program, inDatabase: async () => {} };
  const { patches = [], statements = [] } = plantedBugs[bug];
  const root = dirname(dirname(dirname(program)));
  const copy = join(folder, "planted");
  for (const part of ["dist", "migrations", "package.json"]) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
  for (const patch of patches) await apply(patch, copy);
  return {
    program: join(copy, relative(root, program)),
    inDatabase: async (url) => {
      for (const statement of statements) await runStatement(url, statement);
    },
  };
}

/** A patch that no longer fits is an error: a bug that is not there proves nothing. */
async function apply({ file, find, times = 1, replace }: Patch, root: string): Promise<void> {
  const path = join(root, "dist", file);
  const text = await readFile(path, "utf8");
  const found = text.split(find).length - 1;
  if (found !== times) {
    throw new Error(`The bug cannot be planted: ${file} has ${found} places, not ${times}, with: ${find}`);
  }
  await writeFile(
    path,
    text.replaceAll(find, () => replace),
  );
}
