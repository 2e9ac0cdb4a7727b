import type { Role } from "./rights.js";

/** Somebody who may sign in. */
export interface User {
  id: string;
  /** What one signs in with: lower case, unique. */
  name: string;
  displayName: string;
  email: string | null;
  role: Role;
  hasPassword: boolean;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  lastSignInAt: Date | null;
}

/** How a user's name is written; the table of users has the same law. */
export const userNameLaw = /^[a-z0-9][a-z0-9._@+-]{0,99}$/;

/** The ways in which one can sign in. */
export const signInWays = ["link", "password", "passkey", "oidc", "github"] as const;
export type SignInWay = (typeof signInWays)[number];

/** What a provider calls somebody, made into a user's name: `Ann Smith` is `ann-smith`. */
export function userNameOf(wished: string): string {
  const plain = wished
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9._@+-]+/g, "-");
  return (
    plain
      .replace(/^[^a-z0-9]+/, "")
      .slice(0, 90)
      .replace(/-+$/, "") || "user"
  );
}
