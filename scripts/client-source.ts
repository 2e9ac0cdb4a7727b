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

type Shapes = Record<string, Schema>;

/** The source of src/client/operations.ts: a type for each named shape, and what each operation takes and answers. */
export function clientSource(document: Document): string {
  const shapes = (document.components?.schemas ?? {}) as Shapes;
  const operations = operationsOf(document);
  return [
    "// Written by scripts/write-openapi.ts from the routes of the API. Change those.\n",
    ...Object.entries(shapes).map(([name, schema]) => `export type ${name} = ${typeOf(schema, "")};\n`),
    "/** What each operation takes and answers. */",
    `export interface Operations {\n${operations.map(({ operation }) => signatureOf(operation)).join("")}}\n`,
    "/** How each operation is asked. */",
    `export const operations = {\n${operations.map((each) => tableRow(each, shapes)).join("")}} as const;\n`,
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
    return `      ${camel(name)}${required ? "" : "?"}: ${typeOf(schema, "      ")}${required ? "" : " | undefined"};\n`;
  });
  if (requestBody !== undefined) {
    const [content] = Object.values(requestBody.content);
    fields.push(
      `      body${requestBody.required ? "" : "?"}: ${typeOf(content?.schema ?? {}, "      ")};\n`,
    );
  }
  const params = fields.length === 0 ? "Record<never, never>" : `{\n${fields.join("")}    }`;
  const { type, schema } = goodAnswer(operation);
  const answer = type === undefined ? "undefined" : typeOf(schema ?? {}, "    ");
  return `  /** ${summary}. */\n  ${operationId}: {\n    params: ${params};\n    answer: ${answer};\n  };\n`;
}

function tableRow({ method, path, operation }: Located, shapes: Shapes): string {
  const named = (place: string) =>
    parametersOf(operation)
      .filter((each) => each.in === place)
      .map(({ name }) => name);
  const { type, schema } = goodAnswer(operation);
  const { required = [] } = schema?.$ref === undefined ? (schema ?? {}) : shapes[nameIn(schema.$ref)]!;
  const answer = type === undefined ? "none" : type === "application/json" ? "json" : "text";
  const row = { method, path, query: named("query"), headers: named("header"), answer, holds: required };
  return `  ${operation.operationId}: ${JSON.stringify(row)},\n`;
}

/** What a browser's cache asks with is not for a function that answers what it is asked for. */
function parametersOf({ parameters = [] }: Operation): Parameter[] {
  return parameters.filter(({ name, in: place }) => place !== "cookie" && name !== "if-none-match");
}

function goodAnswer({ responses }: Operation): { type?: string; schema?: Schema } {
  const good = Object.entries(responses).find(([status]) => status.startsWith("2"))?.[1];
  const [type, content] = Object.entries(good?.content ?? {})[0] ?? [];
  return { ...(type !== undefined && { type }), ...(content?.schema && { schema: content.schema }) };
}

/** A schema as a type of TypeScript, its fields a step further in than `indent`. */
function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref !== undefined) return nameIn(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return several.map((each) => typeOf(each, indent)).join(" | ");
  if (schema.allOf !== undefined) return schema.allOf.map((each) => typeOf(each, indent)).join(" & ");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.map((type) => plainType(type, schema, indent)).join(" | ");
}

function plainType(type: string | undefined, schema: Schema, indent: string): string {
  if (type === "integer" || type === "number") return "number";
  if (type === "array") return `(${typeOf(schema.items ?? {}, indent)})[]`;
  if (type === "object") return objectType(schema, indent);
  return type ?? "unknown";
}

function objectType({ properties, required = [], additionalProperties }: Schema, indent: string): string {
  if (properties === undefined) {
    const values =
      typeof additionalProperties === "object" ? typeOf(additionalProperties, indent) : "unknown";
    return `Record<string, ${values}>`;
  }
  const within = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const note = field.description === undefined ? "" : `${within}/** ${field.description} */\n`;
    const isRequired = required.includes(name);
    const optional = isRequired ? "" : "?";
    const orNot = isRequired ? "" : " | undefined";
    return `${note}${within}${JSON.stringify(name)}${optional}: ${typeOf(field, within)}${orNot};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

function nameIn(ref: string): string {
  return ref.split("/").at(-1)!;
}

function camel(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
