import { fileURLToPath } from "node:url";

/** The program as users run it. */
export const builtBelfry = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** The path of a small program that tests run as a job. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}
