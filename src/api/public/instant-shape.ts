import { z } from "zod";

export const instant = z.iso.datetime().describe("An instant in UTC, such as 2026-11-23T13:30:00.000Z.");
