import type { PublicApi } from "./caller.js";
import type { Diagnosis } from "../../core/diagnosis.js";
import { diagnosisShape } from "./doctor-shapes.js";
import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";

const doctorRoute = operation({
  operationId: "diagnose",
  access: "system.read",
  method: "get",
  path: "/doctor",
  tags: ["System"],
  summary: "How the installation is",
  responses: {
    200: answer(diagnosisShape, "A finding for each thing that was looked at."),
    default: problem,
  },
});

/** Adds the question how everything is. */
export function addDoctorRoute(app: PublicApi, diagnose: () => Promise<Diagnosis>): void {
  app.openapi(doctorRoute, async (c) => c.json(await diagnose(), 200));
}
