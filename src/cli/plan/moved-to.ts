import { dirname, join, relative, resolve, sep } from "node:path";
import type { ScheduleDefinition } from "../../core/schedule.js";

export interface FolderOptions {
  file: string;
  folder?: string;
}

/** Working directories below the manifest's folder, as the server reads them if it has the manifest in another one. */
export function movedTo({ file, folder }: FolderOptions, wanted: ScheduleDefinition[]): ScheduleDefinition[] {
  if (folder === undefined) return wanted;
  const here = dirname(resolve(file));
  const isBelow = (cwd: string) => cwd === here || cwd.startsWith(`${here}${sep}`);
  return wanted.map((definition) => {
    const { cwd } = definition;
    if (cwd === null || !isBelow(cwd)) return definition;
    return { ...definition, cwd: join(resolve(folder), relative(here, cwd)) };
  });
}
