import { readFileSync } from "node:fs";
import { Hono } from "hono";

// Built by scripts/build.mjs; the sources use what is built too.
const folder = new URL(
  import.meta.url.endsWith(".ts") ? "../../dist/assets/" : "../assets/",
  import.meta.url,
);

/** The style and the script of the pages. They hold nothing private, so that a browser may keep them. */
export function createAssets(): Hono {
  const app = new Hono();
  serve(app, "style.css", "text/css; charset=utf-8");
  serve(app, "passkeys.js", "text/javascript; charset=utf-8");
  return app;
}

function serve(app: Hono, name: string, type: string): void {
  app.get(`/assets/${name}`, (c) => {
    const headers = { "content-type": type, "cache-control": "public, max-age=3600" };
    return c.body(readFileSync(new URL(name, folder), "utf8"), 200, headers);
  });
}
