/** The door for programs that talk to a Belfry server: it needs no other package, and runs in browsers too. */
export { createClient } from "./client/client.js";
export type { Answer, AskOptions, Client, ClientOptions, ListId, OperationId } from "./client/client.js";
export { ApiProblem } from "./client/api-problem.js";
export { UnexpectedAnswer } from "./client/unexpected-answer.js";
export type { FollowOptions } from "./client/follow-run.js";
export type * from "./client/operations.js";
