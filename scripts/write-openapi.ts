// Writes what is made from the routes of the public API: its document, and the typed client's operations.
import { writeFile } from "node:fs/promises";
import { clientSource } from "./client-source.js";
import { publicDocument } from "./public-document.js";

const document = publicDocument();
await writeFile(new URL("../docs/openapi.json", import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
await writeFile(new URL("../src/client/operations.ts", import.meta.url), clientSource(document));
