import { type Document, isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml";
import { type Aliases, resolve } from "./aliases.js";
import type { KeyPath } from "./problem.js";

/** Finds the nodes of a document by the path of their keys, through aliases. */
export class Places {
  readonly #root: Node | null;
  readonly #aliases: Aliases;
  readonly #text: string;
  readonly #indexes = new WeakMap<YAMLMap, Map<string, { key: unknown; value: unknown }>>();

  constructor(document: Document.Parsed, aliases: Aliases, text: string) {
    this.#root = document.contents;
    this.#aliases = aliases;
    this.#text = text;
  }

  /** The node at the path, or undefined. */
  find(path: KeyPath): unknown {
    let node: unknown = this.#root;
    for (const step of path) node = this.#step(node, step)?.value;
    return node;
  }

  /**
   * Where the last key of the path begins; where the path leaves the text, the last one that is there. With a line, from 0:
   * where that line of a block of text begins, if there is a block.
   */
  offsetOf(path: KeyPath, line?: number): number {
    let node: unknown = this.#root;
    let offset = startOf(this.#root) ?? 0;
    for (const step of path) {
      const next = this.#step(node, step);
      if (next === undefined) break;
      offset = startOf(next.key) ?? offset;
      node = next.value;
    }
    return (line === undefined ? null : this.#lineOf(node, line)) ?? offset;
  }

  /** Only in a literal block (`|`) are the lines of the value the lines of the file. */
  #lineOf(node: unknown, line: number): number | null {
    if (!isScalar(node) || node.type !== "BLOCK_LITERAL") return null;
    let at = startOf(node)!;
    for (let passed = 0; passed <= line; passed += 1) at = this.#text.indexOf("\n", at) + 1;
    return at + /^ */.exec(this.#text.slice(at))![0].length;
  }

  #step(from: unknown, step: string | number): { key: unknown; value: unknown } | undefined {
    const node = resolve(from, this.#aliases);
    if (isMap(node)) return this.#indexOf(node).get(String(step));
    if (!isSeq(node) || typeof step !== "number") return undefined;
    const item = node.items[step];
    return item === undefined ? undefined : { key: item, value: resolve(item, this.#aliases) };
  }

  #indexOf(map: YAMLMap): Map<string, { key: unknown; value: unknown }> {
    const known = this.#indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map(
      map.items.map(({ key, value }) => [keyText(key), { key, value: resolve(value, this.#aliases) }]),
    );
    this.#indexes.set(map, index);
    return index;
  }
}

/** A key as its value's property is named. */
export function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}
