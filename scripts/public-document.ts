import { createPublicApi } from "../src/api/public/app.js";
import { type OpenApiDocument, openApiDocument } from "../src/api/public/openapi.js";

/** The document of a public API that has all its operations. They are named here, and never asked. */
export function publicDocument(): OpenApiDocument {
  const app = createPublicApi({
    pool: undefined as never,
    changes: undefined as never,
    apiToken: "",
    diagnose: () => Promise.reject(new Error("Nobody asks.")),
  });
  return openApiDocument(app);
}
