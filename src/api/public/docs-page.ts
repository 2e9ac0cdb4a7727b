import { html } from "hono/html";
import type { OpenApiDocument } from "./openapi.js";

/** As much of a JSON schema as the page shows. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  description?: string;
  default?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  "x-belfry-access": string;
  parameters?: Parameter[];
  requestBody?: { content: Content; required?: boolean };
  responses: Record<string, { description: string; content?: Content }>;
}

interface Listed extends Operation {
  method: string;
  path: string;
}

type Html = ReturnType<typeof html>;

/** The document as a page: no script, and no style but a sheet beside it. */
export function docsPage(document: OpenApiDocument): Html {
  const operations = operationsOf(document);
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  const tags = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ tags }) => tags?.includes(name)),
  }));
  return html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Belfry API</title>
      <link rel="stylesheet" href="docs.css" />
    </head>
    <body>
      <nav aria-label="Operations">
        ${tags.map((tag) => navOf(tag.name, tag.operations))}
        <h2>Shapes</h2>
        <ul>
          ${schemas.map(([name]) => html`<li><a href="#shape-${name}">${name}</a></li>`)}
        </ul>
      </nav>
      <main>
        <h1>Belfry API</h1>
        <p class="dim">
          Version ${document.info.version}, below <code>/api/v1</code>. For programs:
          <a href="openapi.json">openapi.json</a>.
        </p>
        <p>${document.info.description ?? ""}</p>
        ${tags.map(
          (tag) =>
            html`<section>
              <h2>${tag.name}</h2>
              <p>${tag.description ?? ""}</p>
              ${tag.operations.map(operationHtml)}
            </section>`,
        )}
        <section>
          <h2>Shapes</h2>
          ${schemas.map(
            ([name, schema]) =>
              html`<h3 id="shape-${name}">${name}</h3>
                ${fieldsHtml(schema)}`,
          )}
        </section>
      </main>
    </body>
  </html>`;
}

function operationsOf(document: OpenApiDocument): Listed[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) =>
      Object.assign({ method, path }, operation),
    ),
  );
}

function navOf(name: string, operations: readonly Listed[]): Html {
  const items = operations.map(
    ({ operationId, summary }) =>
      html`<li><a href="#${operationId}" title="${summary ?? ""}">${operationId}</a></li>`,
  );
  return html`<h2>${name}</h2>
    <ul>
      ${items}
    </ul>`;
}

function operationHtml(operation: Listed): Html {
  const { method, path, operationId, summary, parameters = [], requestBody, responses } = operation;
  return html`<article>
    <h3 id="${operationId}">
      <span class="method ${method}">${method.toUpperCase()}</span><span class="path">${path}</span>
    </h3>
    <p>${summary ?? ""}.</p>
    <p class="dim"><code>${operationId}</code>, for <code>${operation["x-belfry-access"]}</code></p>
    ${parameters.length === 0 ? "" : parametersHtml(parameters)}
    ${
      requestBody === undefined
        ? ""
        : html`<h4>Body</h4>
            ${contentHtml(requestBody.content)}`
    }
    <h4>Answers</h4>
    ${Object.entries(responses).map(([status, { description, content }]) => {
      return html`<p>
        <code>${status}</code> ${description} ${content === undefined ? "" : contentType(content)}
      </p>`;
    })}
  </article>`;
}

function parametersHtml(parameters: readonly Parameter[]): Html {
  const rows = parameters.map(
    ({ name, in: place, required, description, schema = {} }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${place}${required ? ", required" : ""}</td>
        <td>${typeHtml(schema)}${defaultText(schema)}</td>
        <td>${description ?? schema.description ?? ""}</td>
      </tr>`,
  );
  return html`<h4>Parameters</h4>
    <div class="table">
      <table>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

function contentHtml(content: Content): Html[] {
  return Object.values(content).map(({ schema = {} }) =>
    schema.properties === undefined ? html`<p>${typeHtml(schema)}</p>` : fieldsHtml(schema),
  );
}

function contentType(content: Content): Html[] {
  return Object.entries(content).map(
    ([type, { schema = {} }]) => html`<span class="dim">${type}: ${typeHtml(schema)}</span>`,
  );
}

function fieldsHtml(schema: Schema): Html {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, field]) =>
      html`<tr>
        <td><code>${name}</code>${required.has(name) ? "" : " ?"}</td>
        <td>${typeHtml(field)}${defaultText(field)}</td>
        <td>${field.description ?? ""}</td>
      </tr>`,
  );
  return html`<div class="table">
    <table>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function defaultText(schema: Schema): string {
  return schema.default === undefined ? "" : `, default ${JSON.stringify(schema.default)}`;
}

/** What a value may be, in a few words. */
function typeHtml(schema: Schema): Html | string {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1)!;
    return html`<a href="#shape-${name}">${name}</a>`;
  }
  const several = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (several !== undefined) {
    return html`${several.map((each, index) => html`${index === 0 ? "" : " or "}${typeHtml(each)}`)}`;
  }
  if (schema.enum !== undefined) return html`<code>${schema.enum.map(String).join(" | ")}</code>`;
  if (schema.items !== undefined) return html`list of ${typeHtml(schema.items)}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "any");
  return schema.format === undefined ? type : `${type} (${schema.format})`;
}
