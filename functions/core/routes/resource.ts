import type { Services } from "./services.ts";
import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import type { AppContext, AppEnv } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { type Query, toResource } from "../cache/key.ts";
import { negotiate } from "../http/negotiate.ts";
import { publicOrigin } from "../http/origin.ts";
import { pathOf } from "../http/target.ts";
import type { Responder } from "../serving/responder.ts";
import type { ResourceDefinition } from "./definition.ts";
import { serveAt } from "./mount.ts";
import { mountPurge } from "./purge.ts";
import { requestHeaders } from "./params.ts";
import { resourceResponses } from "./responses.ts";

/** Serves a resource through the layers. */
export function mountResource<P extends z.ZodObject, Q extends z.ZodObject>(
  app: OpenAPIHono<AppEnv>,
  definition: ResourceDefinition<P, Q>,
  services: Services,
  respond: Responder,
): void {
  const route = createRoute({
    method: "get",
    path: definition.path,
    operationId: definition.operationId,
    summary: definition.summary,
    description: `GitHub's own documentation: ${definition.documentation}`,
    tags: ["gists"],
    request: { params: definition.params, query: definition.query, headers: requestHeaders },
    responses: resourceResponses(definition.body),
  });
  const handle = async (c: AppContext): Promise<Response> => {
    const valid = (target: "param" | "query" | "header"): unknown => c.req.valid(target as never);
    const header = valid("header") as z.output<typeof requestHeaders>;
    const representation = negotiate(c.req.header("accept"), header["x-github-api-version"], definition.media);
    const segments = definition.segments(valid("param") as z.output<P>);
    const { context } = c.var;
    const resource = toResource(segments, valid("query") as Query, representation);
    context.resource = resource.path;
    const answer = await services.gists({
      resource,
      ...(context.peer.client !== undefined && { client: context.peer.client }),
      ...(context.trace && { trace: context.trace }),
      onCall: () => (context.upstreamCalls += 1),
    });
    context.handling = answer.handling;
    if (answer.upstreamStatus === undefined)
      context.age = Math.max(services.ports.now() - answer.entry.validatedAt, 0) / 1000;
    if (answer.reason !== undefined) context.reason = answer.reason;
    const origin = publicOrigin(services.ports.config, c.req.raw.headers, c.req.url, context.peer);
    const self = `${origin}${pathOf(c.req.url)}`;
    // A parameter that nobody reads would make any number of spellings.
    if (answer.entry.status === 200 && Object.keys(c.req.query()).every((name) => name in definition.query.shape)) {
      services.fastPath.learn(c, resource.key, {
        route: definition.path,
        resource: resource.path,
        representation,
        self,
      });
    }
    const sent = await services.encodings.get(answer.entry, c.req.header("accept-encoding") ?? null, resource.key);
    if (services.ports.admits?.(sent.body) === false) {
      throw new EdgeError("service-unavailable", "Too many answers are on their way to slow clients", {
        retryAfter: 1,
      });
    }
    return respond.answer(c, answer, sent, representation, self);
  };
  serveAt(app, definition.path, () => {
    app.openapi(route as ReturnType<typeof createRoute>, handle);
    mountPurge(app, definition, services, respond);
  });
}
