import { roles } from "../core/rights.js";
import { toGroupRoles, toList, toMs, toSignInWays, toWholeNumber } from "./read-value.js";
import { number, setting, text, word } from "./setting.js";

const minute = 60_000;
const day = 24 * 60 * minute;

const noBlanks = text("Write it without blanks.", /^\S+$/);
const address = text("Write an address such as https://id.example.org.", /^https?:\/\/[^\s?#]+$/);
const list = setting(toList, "Write one or more, with a comma in between.");

/** What `belfry serve` can be told of who may come in. */
export const authShape = {
  auth: setting(toSignInWays, "Write local, oidc or github, or several, as local,oidc.")
    .nullable()
    .prefault(null)
    .describe("How people sign in. Without it the server listens on this machine only."),
  publicUrl: text(
    "Write an address such as https://belfry.example.org, without a path.",
    /^https?:\/\/[^\s/?#@]+\/?$/,
  )
    .nullable()
    .prefault(null)
    .describe("The address that people and programs reach the server at, if a proxy stands before it."),
  trustProxy: number(toWholeNumber, 0, 10, "Write a whole number from 0 to 10.")
    .prefault("0")
    .describe("How many proxies stand before the server, whose X-Forwarded-For and -Proto it believes."),
  sessionIdle: number(toMs, minute, 365 * day, "Write a duration from 1m to 365d, such as 12h.")
    .prefault("12h")
    .describe("How long one stays signed in without doing anything."),
  sessionMax: number(toMs, minute, 365 * day, "Write a duration from 1m to 365d, such as 30d.")
    .prefault("30d")
    .describe("How long one stays signed in at most."),
  newUserRole: word(roles)
    .prefault("viewer")
    .describe("The role of those who come from an identity provider for the first time."),
  oidcIssuer: address.nullable().prefault(null).describe("The OpenID Connect provider's address."),
  oidcClientId: noBlanks.nullable().prefault(null).describe("What the provider knows Belfry as."),
  oidcClientSecret: noBlanks
    .nullable()
    .prefault(null)
    .describe("The secret that the provider and Belfry share."),
  oidcScopes: list.prefault("openid,profile,email").describe("What Belfry asks the provider for."),
  oidcGroupsClaim: noBlanks
    .prefault("groups")
    .describe("The claim in which the provider names somebody's groups."),
  oidcAllowedGroups: list
    .nullable()
    .prefault(null)
    .describe("Only who is in one of these groups of the provider comes in; * for everybody."),
  oidcAllowedDomains: list
    .nullable()
    .prefault(null)
    .describe("Only who has a verified e-mail address in one of these domains comes in; * for everybody."),
  oidcRoles: setting(toGroupRoles, "Write group=role pairs, as ops=operator,leads=admin.")
    .nullable()
    .prefault(null)
    .describe("Which group of the provider gives which role, looked at on each sign-in."),
  githubClientId: noBlanks.nullable().prefault(null).describe("What GitHub knows Belfry as: an OAuth app."),
  githubClientSecret: noBlanks.nullable().prefault(null).describe("The secret that GitHub and Belfry share."),
  githubAllowedOrgs: list
    .nullable()
    .prefault(null)
    .describe("Only members of one of these organisations on GitHub come in."),
  githubAllowedUsers: list
    .nullable()
    .prefault(null)
    .describe("These users of GitHub come in, whatever else is asked for; * for everybody."),
  githubAllowedDomains: list
    .nullable()
    .prefault(null)
    .describe("Only who has a verified e-mail address in one of these domains on GitHub comes in."),
  githubUrl: address.prefault("https://github.com").describe("GitHub's address, if it is one's own."),
};
