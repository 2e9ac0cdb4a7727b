import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Diagnosis } from "../../core/diagnosis.js";
import { diagnosisShape } from "./doctor-shapes.js";
import { answer, problem } from "./routes.js";

const doctorRoute = createRoute({
  method: "get",
  path: "/doctor",
  summary: "How the installation is",
  responses: {
    200: answer(diagnosisShape, "A finding for each thing that was looked at."),
    default: problem,
  },
});

/** Adds the question how everything is. */
export function addDoctorRoute(app: OpenAPIHono, diagnose: () => Promise<Diagnosis>): void {
  app.openapi(doctorRoute, async (c) => c.json(await diagnose(), 200));
}
