import { readdir } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const front = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"];
const pages = [...front, ...(await pagesBelow("docs")), ...(await pagesBelow("examples"))];

describe.each(pages)("%s", (page) => {
  it("has no link that leads nowhere", () => {
    expect(linksOf(page).flatMap((link) => whatIsWrongWith(link) ?? [])).toEqual([]);
  });

  it("names no file of the sources that is not there", () => {
    const named = [...prose(page).matchAll(/`([a-z-]+(?:\/[\w.-]+)+\.(?:ts|sql|mjs))`/g)].map(
      (name) => name[1]!,
    );
    const places = (file: string) => [
      join(root, file),
      join(root, "src", file),
      join(root, dirname(page), file),
    ];
    expect(named.filter((file) => !places(file).some((place) => existsSync(place)))).toEqual([]);
  });
});

it("every page of docs/ is reached by following links from README.md", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const { file } of linksOf(page)) if (file.endsWith(".md")) reached.add(file);
  }
  expect(pages.filter((page) => page.startsWith("docs/") && !reached.has(page))).toEqual([]);
});

interface Link {
  /** From the root. */
  file: string;
  anchor: string | null;
}

async function pagesBelow(folder: string): Promise<string[]> {
  const names = await readdir(join(root, folder), { recursive: true });
  return names.filter((name) => name.endsWith(".md")).map((name) => `${folder}/${name}`);
}

/** The links of a page to files of this repository. */
function linksOf(page: string): Link[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map((link) => link[1]!);
  return targets
    .filter((target) => !/^[a-z]+:/i.test(target))
    .map((target) => {
      const [path = "", anchor = null] = target.split("#");
      const file = path === "" ? page : relative(root, join(root, dirname(page), path));
      return { file, anchor };
    });
}

function whatIsWrongWith({ file, anchor }: Link): string | null {
  if (!existsSync(join(root, file))) return `there is no ${file}`;
  if (anchor !== null && !anchorsOf(file).includes(anchor)) return `${file} has no #${anchor}`;
  return null;
}

/** The anchors that a forge gives to headings: lower case, no punctuation, hyphens for blanks. */
function anchorsOf(page: string): string[] {
  const headings = [...prose(page).matchAll(/^#+ (.+)$/gm)].map((heading) => heading[1]!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** A page without its blocks of code. */
function prose(page: string): string {
  return readFileSync(join(root, page), "utf8").replace(/^```.*?^```/gms, "");
}
