import { type Alias, type Document, isAlias, type Node, visit } from "yaml";

/** What each alias of a document stands for. */
export type Aliases = ReadonlyMap<Alias, Node>;

/** An alias that stands for nothing, or for something around itself. */
export interface LostAlias {
  offset: number;
  message: string;
}

/** Finds what the aliases stand for in one walk; the library's own search walks the document for each of them. */
export function followAliases(document: Document.Parsed): { aliases: Aliases; lost: LostAlias[] } {
  const anchors = new Map<string, Node>();
  const aliases = new Map<Alias, Node>();
  const lost: LostAlias[] = [];
  visit(document, {
    Alias(_key, alias) {
      const target = anchors.get(alias.source);
      const message = whyLost(alias, target);
      if (message !== null) lost.push({ offset: offsetOf(alias), message });
      else aliases.set(alias, target!);
    },
    Value(_key, node) {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return { aliases, lost };
}

/** What a node is, or what the alias that it is stands for. */
export function resolve(node: unknown, aliases: Aliases): unknown {
  return isAlias(node) ? aliases.get(node) : node;
}

function whyLost(alias: Alias, target: Node | undefined): string | null {
  const { source } = alias;
  if (target === undefined)
    return `There is no anchor &${source} before *${source}. A value that begins with * goes in quotes.`;
  return (target.range?.[1] ?? 0) > offsetOf(alias) ? `*${source} is inside of what it stands for.` : null;
}

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
