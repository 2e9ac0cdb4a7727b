import { z } from "zod";
import { findingStatuses } from "../../core/diagnosis.js";

const status = z.enum(findingStatuses);

export const diagnosisShape = z.object({
  status: status.describe("The worst of the findings."),
  findings: z.array(
    z.object({
      check: z.string().describe("What was looked at."),
      status,
      summary: z.string().describe("One line."),
      advice: z.string().nullable().describe("What to do about it."),
    }),
  ),
});
