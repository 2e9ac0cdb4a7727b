import fc from "fast-check";

/** The part of JSON Schema that the OpenAPI document speaks. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

type Find = (ref: string) => Schema;

/** Values that a schema allows, as far as it says: a pattern is left to chance. */
export function arbitraryOf(schema: Schema, find: Find): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return arbitraryOf(find(schema.$ref), find);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => arbitraryOf(choice, find)));
  if (schema.allOf !== undefined) return merged(schema.allOf.map((part) => arbitraryOf(part, find)));
  if (Array.isArray(schema.type)) {
    return fc.oneof(...schema.type.map((type) => arbitraryOf({ ...schema, type }, find)));
  }
  return ofType(schema, find);
}

function merged(parts: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> {
  return fc.tuple(...parts).map((values) => Object.assign({}, ...(values as object[])));
}

function ofType(schema: Schema, find: Find): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case "string":
      return text(schema);
    case "integer":
      return whole(schema);
    case "number":
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}, find), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
      });
    case "object":
      return record(schema, find);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function whole({ minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const min = minimum ?? (exclusiveMinimum === undefined ? -5 : exclusiveMinimum + 1);
  return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(maximum ?? 2 ** 31 - 1, 2 ** 31 - 1) });
}

function text({ format, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === "date-time")
    return fc
      .date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
      .map((at) => at.toISOString());
  const words = fc.constantFrom("job", "other", "1", "2", "0 * * * *", "UTC", "Europe/Berlin", "echo hi");
  const any = fc.string({
    unit: "grapheme",
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 40)),
  });
  return fc.oneof(words, any);
}

function record(schema: Schema, find: Find): fc.Arbitrary<unknown> {
  const entries = Object.entries(schema.properties ?? {});
  const known = fc.record(
    Object.fromEntries(entries.map(([name, value]) => [name, arbitraryOf(value, find)])),
    {
      requiredKeys: (schema.required ?? []).filter((name) => Object.hasOwn(schema.properties ?? {}, name)),
    },
  );
  const more = schema.additionalProperties;
  if (typeof more !== "object") return known;
  const rest = fc.dictionary(fc.constantFrom("A", "B_C", "job"), arbitraryOf(more, find), { maxKeys: 3 });
  return merged([known, rest]);
}
