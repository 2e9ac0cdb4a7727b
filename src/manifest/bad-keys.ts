import { type Document, isPair, isSeq, type LineCounter, type Node, visit, type YAMLMap } from "yaml";
import { keyText } from "./places.js";
import { type KeyPath, type ManifestProblem, pathText } from "./problem.js";

/**
 * The keys that a map of the document has twice (YAML would let the last one win, silently), and `__proto__`, which
 * JavaScript does not take for a key.
 */
export function findBadKeys(document: Document.Parsed, lines: LineCounter): ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  visit(document, {
    Map(_key, map, ancestors) {
      for (const { key, first } of badOf(map)) {
        const { line, col } = lines.linePos(key.range![0]);
        const path = [...pathOf([...ancestors, map]), keyText(key)];
        const message =
          first === null ? protoWords : repeatedWords(path, lines.linePos(first.range![0]).line);
        problems.push({ line, column: col, path: pathText(path), message });
      }
    },
  });
  return problems;
}

const protoWords = "This cannot be a key. Choose another name.";

function repeatedWords(path: KeyPath, firstLine: number): string {
  return path.length === 2 && path[0] === "schedules"
    ? `There is a schedule of this name already, on line ${firstLine}. Give each its own name.`
    : `This key is there already, on line ${firstLine}. Keep one of the two.`;
}

function* badOf(map: YAMLMap): Generator<{ key: Node; first: Node | null }> {
  const seen = new Map<string, Node>();
  for (const { key } of map.items as { key: Node }[]) {
    const text = keyText(key);
    const first = seen.get(text);
    if (first !== undefined) yield { key, first };
    else if (text === "__proto__") yield { key, first: null };
    seen.set(text, first ?? key);
  }
}

function pathOf(ancestors: readonly unknown[]): KeyPath {
  return ancestors.flatMap((node, index): (string | number)[] => {
    if (isPair(node)) return [keyText(node.key)];
    return isSeq(node) ? [node.items.indexOf(ancestors[index + 1])] : [];
  });
}
