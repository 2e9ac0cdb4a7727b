import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestAccess } from "../support/access.js";
import { type OpenBrowser, openBrowser } from "../support/browser.js";
import { describeOnBothDatabases } from "../support/databases.js";
import { serveApp } from "../support/served-app.js";

describeOnBothDatabases("the page that shows the API", (open) => {
  let opened: OpenBrowser;
  let server: Awaited<ReturnType<typeof serveApp>>;

  beforeAll(async () => {
    server = await serveApp((await openTestAccess((await open()).pool)).app);
    opened = await openBrowser();
  }, 120_000);

  afterAll(async () => {
    await opened.close();
    await server[Symbol.asyncDispose]();
  });

  it.each([
    ["a desk", 1280],
    ["a phone", 390],
  ])("opens on %s as its policy allows, and in style", async (_, width) => {
    const page = await opened.browser.newPage({ viewport: { width, height: 844 } });
    const complaints: string[] = [];
    page.on("console", (message) => void complaints.push(message.text()));
    page.on("pageerror", (error) => void complaints.push(error.message));
    page.on("requestfailed", (request) => void complaints.push(request.url()));
    await page.goto(`${server.url}/api/v1/docs`);
    await page.locator("#triggerSchedule").scrollIntoViewIfNeeded();
    // The browser asks for an icon on its own.
    expect(complaints.filter((text) => !/favicon|404/.test(text))).toEqual([]);
    expect(await page.locator("h1").textContent()).toBe("Belfry API");
    const color = "getComputedStyle(document.querySelector('#triggerSchedule .method')).color";
    expect(await page.evaluate(color)).toBe("rgb(255, 255, 255)");
    await page.close();
  });
});
