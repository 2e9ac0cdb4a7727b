/** What an exit code other than 0 means. `skip`: there was nothing to do. */
export const exitActions = ["skip", "retry", "fail"] as const;
export type ExitAction = (typeof exitActions)[number];
