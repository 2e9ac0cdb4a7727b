import type { Problem } from "./operations.js";
import { BelfryError, type ErrorCode } from "../core/errors.js";

/** An error that the server's API answered with. Its code may be one that only a newer server knows. */
export class ApiProblem extends BelfryError {
  readonly status: number;

  constructor(problem: Pick<Problem, "code" | "detail" | "status">) {
    super(problem.code as ErrorCode, problem.detail);
    this.status = problem.status;
  }
}

/** The problem that a JSON body tells of, or null if it tells of none. */
export function readProblem(body: unknown, status: number): ApiProblem | null {
  if (typeof body !== "object" || body === null) return null;
  const { code, detail, title } = body as Partial<Problem>;
  if (typeof code !== "string") return null;
  return new ApiProblem({ code, detail: detail ?? title ?? `The server answered ${status}.`, status });
}
