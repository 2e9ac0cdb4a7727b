import { z } from "zod";

interface JsonSchema {
  [key: string]: unknown;
}

type GivenSchema = Parameters<typeof z.fromJSONSchema>[0];

interface Operation {
  operationId: string;
  "x-belfry-access": string;
  responses: Record<string, { content?: Record<string, { schema?: JsonSchema }> }>;
}

interface Document {
  paths?: object;
  components?: { schemas?: object };
}

/** What the document says of an operation's answers. */
export interface DescribedOperation {
  id: string;
  access: string;
  /** What is wrong with an answer of this status and type; an empty list: it is as the document says. */
  faultsOf(answer: { status: number; type: string | null; body: unknown }): string[];
}

/** The operations of an OpenAPI 3.1 document, read from it alone: the shapes that the routes are made with are not asked. */
export function describedOperations(document: Document): DescribedOperation[] {
  const shapes = atDefs(document.components?.schemas ?? {}) as JsonSchema;
  return Object.values(document.paths ?? {}).flatMap((item) =>
    (Object.values(item as object) as Operation[]).map((operation) => ({
      id: operation.operationId,
      access: operation["x-belfry-access"],
      faultsOf: (answer) => faultsOf(operation, shapes, answer),
    })),
  );
}

function faultsOf(
  { responses }: Operation,
  shapes: JsonSchema,
  { status, type, body }: { status: number; type: string | null; body: unknown },
): string[] {
  const described = responses[String(status)];
  if (described === undefined) return [`The document knows no answer ${status}.`];
  const types = Object.keys(described.content ?? {});
  const plain = type?.split(";")[0] ?? null;
  if (types.length === 0)
    return plain === null ? [] : [`There is a body of ${plain}, and none is described.`];
  if (plain === null || !types.includes(plain))
    return [`It is ${plain}, and ${types.join(", ")} is described.`];
  const schema = atDefs(described.content![plain]!.schema ?? {}) as JsonSchema;
  const { error } = z.fromJSONSchema({ ...schema, $defs: shapes } as GivenSchema).safeParse(body);
  const faults = (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
  return [...faults, ...undescribed(schema, shapes, body, "")];
}

/** JSON Schema has the shapes of a document at another place. */
function atDefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll("#/components/schemas/", "#/$defs/"));
}

/** The fields of an answer that the document does not tell of: JSON Schema itself allows them. */
function undescribed(schema: JsonSchema, shapes: JsonSchema, body: unknown, at: string): string[] {
  const told = resolve(schema, shapes);
  if (Array.isArray(body) && told["items"] !== undefined) {
    return body.flatMap((item, index) =>
      undescribed(told["items"] as JsonSchema, shapes, item, `${at}${index}.`),
    );
  }
  const fields = told["properties"] as Record<string, JsonSchema> | undefined;
  if (fields === undefined || typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) => {
    const field = fields[name];
    return field === undefined
      ? [`${at}${name}: The document does not tell of it.`]
      : undescribed(field, shapes, value, `${at}${name}.`);
  });
}

function resolve(schema: JsonSchema, shapes: JsonSchema): JsonSchema {
  const { $ref } = schema;
  return typeof $ref === "string" ? (shapes[$ref.split("/").at(-1)!] as JsonSchema) : schema;
}
