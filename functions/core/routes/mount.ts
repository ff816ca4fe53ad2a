import type { Services } from "./services.ts";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { EdgeError } from "../errors.ts";
import type { AppEnv } from "../context.ts";
import type { Responder } from "../serving/responder.ts";

/** What a route file gives: it adds itself to the app. */
export type Mount = (app: OpenAPIHono<AppEnv>, services: Services, respond: Responder) => void;

export const allowedMethods = "GET, HEAD, OPTIONS";

/**
 * Serves one path: names it for telemetry before anything can refuse the request, lets `add` put its GET
 * there, and answers every other method with 405.
 * @param template such as `/gists/{gist_id}`
 */
export function serveAt(app: OpenAPIHono<AppEnv>, template: string, add: () => void): void {
  const path = template.replaceAll(/\{(\w+)\}/g, ":$1");
  app.use(path, async (c, next) => {
    c.var.context.route = template;
    await next();
  });
  add();
  app.all(path, () => {
    throw new EdgeError("method-not-allowed", `Only ${allowedMethods} are allowed here`, { allow: allowedMethods });
  });
}
