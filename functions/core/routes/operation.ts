import { createRoute, type OpenAPIHono, type RouteConfig, type z } from "@hono/zod-openapi";
import type { AppContext, AppEnv } from "../context.ts";
import type { Responder } from "../serving/responder.ts";
import { type Mount, serveAt, toPath } from "./mount.ts";
import type { Services } from "./services.ts";

/** An operation as the OpenAPI document has it, with the schemas that validate its requests. */
export type Route = Omit<RouteConfig, "method"> & {
  request?: { params?: z.ZodObject; query?: z.ZodObject; headers?: z.ZodObject };
};

type Output<R extends Route, Part extends string> =
  R["request"] extends Record<Part, infer S extends z.ZodType> ? z.output<S> : undefined;

/** A request as its operation's schemas validated it. */
interface Valid<R extends Route> {
  params: Output<R, "params">;
  query: Output<R, "query">;
  headers: Output<R, "headers">;
}

export type Handler<R extends Route> = (c: AppContext, valid: Valid<R>) => Response | Promise<Response>;

/** One operation of the OpenAPI document; all.ts lists them. */
export interface Operation {
  route: Route;
  mount: Mount;
}

/**
 * Adds a route with its validation. @hono/zod-openapi would derive the handler's type from the schemas of its responses.
 * Here the responder makes every response, and test/contract/operations.test.ts checks each against its schema.
 */
export function addRoute<R extends Route>(
  app: OpenAPIHono<AppEnv>,
  method: "get" | "delete",
  route: R,
  handle: Handler<R>,
): void {
  const handler = (c: AppContext) => {
    const valid = (target: string) => c.req.valid(target as never);
    return handle(c, { params: valid("param"), query: valid("query"), headers: valid("header") });
  };
  const documented = createRoute({ ...route, method });
  const { path } = route;
  if (!/\}[^/]/.test(path)) return void app.openapi(documented, handler as never);
  // @hono/zod-openapi knows parameters that are whole segments only. It makes Hono's syntax of this.
  const pattern = toPath(path).replaceAll(/\/:([^/]+)/g, "/{$1}");
  app.openapi(createRoute({ ...route, path: pattern, method, hide: true }), handler as never);
  app.openAPIRegistry.registerPath(documented);
}

/**
 * An operation that this service responds to itself. Its handler is created once, with the app.
 * @param serve `serveUnobserved` for requests of the platform
 */
export function defineOperation<R extends Route>(
  route: R,
  createHandler: (services: Services, respond: Responder, app: OpenAPIHono<AppEnv>) => Handler<R>,
  serve = serveAt,
): Operation {
  return {
    route,
    mount(app, services, respond) {
      serve(app, route.path, () => addRoute(app, "get", route, createHandler(services, respond, app)));
    },
  };
}
