import type { Hook } from "@hono/zod-openapi";
import { EdgeError, notServed } from "../errors.ts";
import type { AppEnv } from "../context.ts";

/** True of a path that GitHub has for a user who is logged in: a reserved word, or stars. */
const isGitHubs = (errors: readonly { message: string }[], path: string) =>
  errors.some(({ message }) => message === notServed) || /\/star(?:red)?$/.test(path);

/**
 * zod's refusals in GitHub's form: a path that names no resource is 404, an invalid query parameter 422, an invalid
 * header 400. `errors` names the field and the reason.
 */
export const refuseInvalid: Hook<unknown, AppEnv, string, unknown> = (result, c) => {
  if (result.success) return;
  const target = result.target as "param" | "query" | "header";
  const resource = { param: "Path", query: "Query", header: "Header" }[target];
  const errors = result.error.issues.map((issue) => ({
    resource,
    field: issue.path.join("."),
    code: "invalid",
    message: issue.message,
  }));
  switch (target) {
    case "param":
      throw new EdgeError("not-found", isGitHubs(errors, c.req.path) ? notServed : "Not Found", { errors });
    case "query":
      throw new EdgeError("validation-failed", "Validation Failed", { errors });
    case "header":
      throw new EdgeError("bad-request", errors.map(({ field, message }) => `${field}: ${message}`).join("; "), {
        errors,
      });
    default:
      target satisfies never;
  }
};
