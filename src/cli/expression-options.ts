import { type Command, Option } from "commander";
import { dstFolds, dstGaps, type DstRule } from "../core/clock/dst-rule.js";

/** What says how an expression is read. */
export interface ExpressionOptions {
  tz?: string;
  name?: string;
  dstGap: DstRule["gap"];
  dstFold: DstRule["fold"];
}

/** Adds what an expression on the command line is read with. */
export function addExpressionOptions(command: Command): Command {
  command.option("--tz <zone>", "the IANA time zone whose clock it follows; UTC if nothing is said");
  command.option("--name <name>", "the schedule's name, from which H is worked out");
  command.addOption(
    new Option("--dst-gap <rule>", "what becomes of times that the clocks leave out")
      .choices(dstGaps)
      .default("next-valid"),
  );
  return command.addOption(
    new Option("--dst-fold <rule>", "what becomes of times that come twice")
      .choices(dstFolds)
      .default("first"),
  );
}

/** The zone, the name and the rule that the options say. */
export function readingOf({ tz = "UTC", name, dstGap, dstFold }: ExpressionOptions) {
  return { timeZone: tz, name, dst: { gap: dstGap, fold: dstFold } };
}
