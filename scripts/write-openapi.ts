// Writes docs/openapi.json, the document of the public API, from its routes.
import { writeFile } from "node:fs/promises";
import { publicDocument } from "./public-document.js";

const file = new URL("../docs/openapi.json", import.meta.url);
await writeFile(file, `${JSON.stringify(publicDocument(), null, 2)}\n`);
