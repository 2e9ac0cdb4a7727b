import { fileURLToPath } from "node:url";

/** The absolute path to this package's own `belfry` program: what `Deps.runnerBinary` is, unless another is wanted. */
export const belfryBinary: string = fileURLToPath(new URL("../cli/main.js", import.meta.url));
