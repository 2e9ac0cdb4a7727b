import type { Command } from "commander";
import { BelfryError } from "../../core/errors.js";
import type { Client } from "../client.js";
import { examples } from "../examples.js";
import { explainAt } from "./at-time.js";
import { addExpressionOptions, type ExpressionOptions } from "../expression-options.js";
import type { Io } from "../io.js";
import type { JsonOption } from "../print-json.js";
import { addServerOptions, connect } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";

type ExplainOptions = JsonOption & ExpressionOptions & { at?: string; count: number };

/**
 * Adds `belfry explain`: what an expression or a schedule means, and why a schedule did or did not run. What words it in
 * English is loaded when it is asked for.
 */
export function registerExplain(program: Command, io: Io): void {
  const explain = program
    .command("explain")
    .description("say what an expression or a schedule means, or whether it ran, and if not, why");
  explain.argument("<subject...>", "a schedule's name; or an expression in quotes, which needs no server");
  explain.option("--at <time>", "say whether the schedule fired then, and if not, why: on its own clock");
  addExpressionOptions(explain);
  explain.option("-n, --count <count>", "how many fires", wholeNumber("-n", 1, 10_000), 5);
  addServerOptions(explain.option("--json", "print a JSON object"));
  examples(explain, [
    'belfry explain "30 2 * * *" --tz Europe/Berlin',
    "belfry explain nightly-backup",
    'belfry explain nightly-backup --at "2026-11-24 03:00"',
    "belfry explain nightly-backup --at 2026-11-24",
  ]);
  explain.action(async (subject: string[], options: ExplainOptions) => {
    if (isExpression(subject, options)) {
      const { explainExpression } = await import("./of-expression.js");
      return explainExpression(subject.join("\n"), options, io);
    }
    const name = oneName(subject);
    await explainNamed(await connect(explain, io), name, options, io);
  });
}

async function explainNamed(
  client: Client,
  name: string,
  { at, count, json }: ExplainOptions,
  io: Io,
): Promise<void> {
  if (at !== undefined) return explainAt(client, { name, at, json }, io);
  const { explainSchedule } = await import("./of-schedule.js");
  explainSchedule(await client.getSchedule(name), { count, json }, io);
}

/** A schedule's name may have blanks in it too, but hardly begins as the fields of an expression do. */
function isExpression(subject: readonly string[], { at, tz, name }: ExplainOptions): boolean {
  if (at !== undefined) return false;
  if (tz !== undefined || name !== undefined) return true;
  return subject.some((text) => /^\s*(@|[\d*?,/-]+\s|H\S*\s)/.test(text));
}

function oneName([name, ...others]: readonly string[]): string {
  if (others.length === 0) return name!;
  throw new BelfryError(
    "invalid_request",
    'Name one schedule. Several words are read only if they are expressions, such as "0 3 * * *".',
  );
}
