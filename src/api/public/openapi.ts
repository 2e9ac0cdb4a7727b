import { z } from "@hono/zod-openapi";
import { html, raw } from "hono/html";
import { packageVersion } from "../../version.js";
import type { PublicApi } from "./caller.js";
import { docsPage } from "./docs-page.js";
import { docsStyle } from "./docs-style.js";
import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";

const tags = ["System"];

const openApiRoute = operation({
  operationId: "getOpenApi",
  access: "anyone",
  method: "get",
  path: "/openapi.json",
  tags,
  summary: "This API as an OpenAPI document",
  request: {},
  responses: {
    200: answer(z.record(z.string(), z.unknown()), "An OpenAPI 3.1 document."),
    default: problem,
  },
});

const docsRoute = operation({
  operationId: "getDocs",
  access: "anyone",
  method: "get",
  path: "/docs",
  tags,
  summary: "This API as a page for people",
  request: {},
  responses: {
    200: { description: "A page without scripts.", content: { "text/html": { schema: z.string() } } },
    default: problem,
  },
});

const styleRoute = operation({
  operationId: "getDocsStyle",
  access: "anyone",
  method: "get",
  path: "/docs.css",
  tags,
  summary: "The style of the page for people",
  request: {},
  responses: {
    200: { description: "A style sheet.", content: { "text/css": { schema: z.string() } } },
    default: problem,
  },
});

export type OpenApiDocument = ReturnType<PublicApi["getOpenAPI31Document"]>;

/** The document of all operations that the API has. */
export function openApiDocument(app: PublicApi): OpenApiDocument {
  return app.getOpenAPI31Document({
    openapi: "3.1.1",
    info: {
      title: "Belfry",
      version: packageVersion(),
      description:
        "Each operation says in `x-belfry-access` who may call it: anyone, whoever says who they are (`known`), a user who is signed in (`user`), or those who have the right that it names. Errors are `application/problem+json` (RFC 9457) with a stable `code`.",
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: "/api/v1", description: "The server that answers with this document." }],
    tags: tagsOf(app),
  });
}

const topics: Readonly<Record<string, string>> = {
  Schedules: "What runs when.",
  Backfills: "Runs of past fires.",
  Runs: "What ran, how it ended, and what it wrote.",
  Secrets: "What jobs are given and nobody is shown.",
  Users: "Who may sign in.",
  Session: "Who one is, and signing in and out.",
  Keys: "What programs show instead of signing in.",
  Audit: "Who did what.",
  System: "The server itself.",
};

/** The topics of the operations that there are, in the order of the table. */
function tagsOf(app: PublicApi): { name: string; description: string }[] {
  const routes = app.openAPIRegistry.definitions.filter((each) => each.type === "route");
  const named = new Set(routes.flatMap(({ route }) => route.tags ?? []));
  const order = Object.keys(topics);
  return [...named]
    .toSorted((one, other) => order.indexOf(one) - order.indexOf(other))
    .map((name) => ({ name, description: topics[name] ?? `${name}.` }));
}

/** Adds the document of the operations, these three among them, and the page that shows it. To be added last. */
export function addOpenApiRoutes(app: PublicApi): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "An API key, or the token of the data directory.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", "session", {
    type: "apiKey",
    in: "cookie",
    name: "belfry_session",
    description: "Of a user who is signed in.",
  });
  let made: OpenApiDocument | undefined;
  const document = () => (made ??= openApiDocument(app));
  app.openapi(openApiRoute, (c) => c.json(document() as unknown as Record<string, unknown>, 200));
  app.openapi(docsRoute, (c) => c.html(html`${raw("<!doctype html>")}${docsPage(document())}`));
  app.openapi(styleRoute, (c) => c.body(docsStyle, 200, { "content-type": "text/css; charset=utf-8" }));
}
