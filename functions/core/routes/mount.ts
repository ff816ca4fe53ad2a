import type { Services } from "./services.ts";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { EdgeError } from "../errors.ts";
import type { AppEnv } from "../context.ts";
import type { Responder } from "../serving/responder.ts";

/** The export of a route file: it adds itself to the app. */
export type Mount = (app: OpenAPIHono<AppEnv>, services: Services, respond: Responder) => void;

export const allowedMethods = "GET, HEAD, OPTIONS";

/**
 * Serves one path: names it for telemetry before anything can refuse the request, lets `add` register GET, and responds
 * to every other method with 405.
 * @param template such as `/gists/{gist_id}`
 */
export function serveAt(app: OpenAPIHono<AppEnv>, template: string, add: () => void): void {
  const path = toPath(template);
  app.use(path, async (c, next) => {
    c.var.context.route = template;
    await next();
  });
  add();
  app.all(path, () => {
    throw new EdgeError(
      "method-not-allowed",
      `This service reads GitHub's public gists: only ${allowedMethods} are allowed here`,
      { allow: allowedMethods },
    );
  });
}

/** Marks a route for the middleware that runs before all routes (serving/observe.ts). */
export const unobserved: MiddlewareHandler = (_c, next) => next();

/**
 * Serves a path for the platform, which requests it every few seconds: such requests are counted, not traced, and
 * logged at level debug only.
 */
export function serveUnobserved(app: OpenAPIHono<AppEnv>, template: string, add: () => void): void {
  app.use(toPath(template), unobserved);
  serveAt(app, template, add);
}

/** A template in Hono's syntax. What follows a parameter in its segment is part of the parameter's value. */
export function toPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}([^/]*)/g, (_, name: string, suffix: string) =>
    suffix === "" ? `:${name}` : `:${name}{[^/]+${suffix.replaceAll(".", "\\.")}}`,
  );
}
