import type { PublicApi } from "../../src/api/public/caller.js";
import { apiToken } from "./api.js";

export interface FullAnswer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows what it asked for
  body: any;
}

/** Asks the public API as whoever may do all, and answers with the headers too. */
export async function askApi(
  api: PublicApi,
  method: string,
  path: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<FullAnswer> {
  const response = await api.request(path, {
    method,
    headers: {
      authorization: `Bearer ${apiToken}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
