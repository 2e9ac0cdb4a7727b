/** As much of a JSON schema as is turned into a type. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  description?: string;
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
  in: "path" | "query" | "header" | "cookie";
  required?: boolean;
  description?: string;
  schema: Schema;
}

type Content = Record<string, { schema?: Schema }>;

interface Operation {
  operationId: string;
  summary?: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Content };
  responses: Record<string, { content?: Content }>;
}

export interface Document {
  paths?: object;
  components?: { schemas?: object };
}

/** The source of src/client/operations.ts: a type for each named shape, and what each operation takes and answers. */
export function clientSource(document: Document): string {
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>);
  const operations = operationsOf(document);
  return [
    "// Written by scripts/write-openapi.ts from the routes of the API. Change those.\n",
    ...schemas.map(([name, schema]) => `export type ${name} = ${typeOf(schema, "")};\n`),
    "/** What each operation takes and answers. */",
    `export interface Operations {\n${operations.map(({ operation }) => signatureOf(operation)).join("")}}\n`,
    "/** How each operation is asked. */",
    `export const operations = {\n${operations.map(tableRow).join("")}} as const;\n`,
  ].join("\n");
}

interface Located {
  method: string;
  path: string;
  operation: Operation;
}

function operationsOf({ paths = {} }: Document): Located[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function signatureOf(operation: Operation): string {
  const { operationId, summary = "", requestBody } = operation;
  const fields = parametersOf(operation).map(({ name, required, schema }) => {
    return `      ${keyOf(camel(name))}${required ? "" : "?"}: ${typeOf(schema, "      ")};\n`;
  });
  if (requestBody !== undefined) {
    const type = typeOf(schemaIn(requestBody.content) ?? {}, "      ");
    fields.push(`      body${requestBody.required ? "" : "?"}: ${type};\n`);
  }
  const params = fields.length === 0 ? "Record<never, never>" : `{\n${fields.join("")}    }`;
  return `  /** ${summary}. */\n  ${operationId}: {\n    params: ${params};\n    answer: ${answerType(operation)};\n  };\n`;
}

function tableRow({ method, path, operation }: Located): string {
  const query = parametersOf(operation).filter((each) => each.in === "query");
  const headers = parametersOf(operation).filter((each) => each.in === "header");
  const { type, schema } = goodAnswer(operation);
  const row = {
    method,
    path,
    query: query.map(({ name }) => name),
    headers: headers.map(({ name }) => name),
    answer: type === undefined ? "none" : type === "application/json" ? "json" : "text",
    holds: schema?.required ?? [],
  };
  return `  ${operation.operationId}: ${JSON.stringify(row)},\n`;
}

/** What a browser's cache asks with is not for a function that answers what it is asked for. */
function parametersOf({ parameters = [] }: Operation): Parameter[] {
  return parameters.filter(({ name, in: place }) => place !== "cookie" && name !== "if-none-match");
}

function goodAnswer({ responses }: Operation): { type?: string; schema?: Schema } {
  const good = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  const [type, content] = Object.entries(good?.content ?? {})[0] ?? [];
  return { ...(type !== undefined && { type }), ...(content?.schema && { schema: resolved(content.schema) }) };
}

let shapes: Record<string, Schema> = {};

/** Names the shapes of the document that is turned into source. */
export function withShapes<Result>(document: Document, work: () => Result): Result {
  shapes = (document.components?.schemas ?? {}) as Record<string, Schema>;
  return work();
}
