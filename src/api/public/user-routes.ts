import { operation } from "./operation.js";
import { answer, problem } from "./routes.js";
import { pageOf } from "./shapes.js";
import {
  linkBody,
  linkShape,
  newUserShape,
  userBody,
  userListQuery,
  userParams,
  userPatch,
  userShape,
} from "./user-shapes.js";

export const listUsersRoute = operation({
  operationId: "listUsers",
  access: "users.read",
  method: "get",
  path: "/users",
  summary: "Users in the order of their names",
  request: { query: userListQuery },
  responses: { 200: answer(pageOf(userShape), "A page of users."), default: problem },
});

export const getUserRoute = operation({
  operationId: "getUser",
  access: "users.read",
  method: "get",
  path: "/users/{name}",
  summary: "One user",
  request: { params: userParams },
  responses: { 200: answer(userShape, "The user."), default: problem },
});

export const createUserRoute = operation({
  operationId: "createUser",
  access: "users.write",
  method: "post",
  path: "/users",
  summary: "Add a user, and make a link that lets them in once",
  request: { body: { content: { "application/json": { schema: userBody } }, required: true } },
  responses: { 201: answer(newUserShape, "The user, and the link for them."), default: problem },
});

export const updateUserRoute = operation({
  operationId: "updateUser",
  access: "users.write",
  method: "patch",
  path: "/users/{name}",
  summary: "Change a user's role and the like, or keep them out",
  request: {
    params: userParams,
    body: { content: { "application/json": { schema: userPatch } }, required: true },
  },
  responses: { 200: answer(userShape, "The user."), default: problem },
});

export const removeUserRoute = operation({
  operationId: "removeUser",
  access: "users.write",
  method: "delete",
  path: "/users/{name}",
  summary: "Remove a user, with their sessions, passkeys and keys",
  request: { params: userParams },
  responses: { 200: answer(userShape, "The user, as it was."), default: problem },
});

export const createLinkRoute = operation({
  operationId: "createSignInLink",
  access: "users.write",
  method: "post",
  path: "/links",
  summary: "Make a link that lets somebody in, once",
  request: { body: { content: { "application/json": { schema: linkBody } }, required: true } },
  responses: { 201: answer(linkShape, "The link."), default: problem },
});
