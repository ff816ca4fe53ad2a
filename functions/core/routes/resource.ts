import type { z } from "@hono/zod-openapi";
import type { Form } from "../cache/forms.ts";
import { toResource } from "../cache/key.ts";
import type { AppContext } from "../context.ts";
import { toTextEtag } from "../http/conditional.ts";
import { apiVersions, negotiate, type Representation } from "../http/negotiate.ts";
import { publicOrigin } from "../http/origin.ts";
import type { Answer, Entry, Resource } from "../model.ts";
import type { Ports } from "../ports.ts";
import { type Responder, tooManySlowClients } from "../serving/responder.ts";
import type { QuerySchema, ResourceDefinition } from "./definition.ts";
import { serveAt } from "./mount.ts";
import { addRoute, type Operation } from "./operation.ts";
import { requestHeaders } from "./params.ts";
import { addPurge } from "./purge.ts";
import { documented, resourceResponses } from "./responses.ts";
import type { Services } from "./services.ts";
import type { Wanted } from "./wanted.ts";

/** GitHub's response, and the request's data that the response needs. */
export interface Found {
  answer: Answer;
  resource: Resource;
  representation: Representation;
  /** The base address of links, without the query. */
  self: string;
  /** As of `toRoot`. */
  root: string;
  /** The base URL of URLs in the body; empty if the body stays as GitHub sent it. */
  base: string;
  /** Header fields of the response that win over the common ones; an empty one is left out. */
  fields?: Record<string, string>;
}

/** The address of this service with the client's prefix; without its host if no link may name it. */
export function toRoot(c: AppContext, { config }: Pick<Ports, "config">): string {
  const { peer, prefix } = c.var.context;
  return `${publicOrigin(config, c.req.raw.headers, c.req.url, peer)}${prefix}`;
}

/** Gets a resource through the layers: GitHub's response, whatever its status. @throws EdgeError */
export async function fetchResource(
  c: AppContext,
  definition: ResourceDefinition,
  { params, query = {}, headers, representation: given, accept = c.req.header("accept") }: Wanted,
  { ports, gists }: Services,
): Promise<Found> {
  const version = headers?.["x-github-api-version"] ?? apiVersions[0];
  const representation = given ?? negotiate(accept, version, definition.media);
  const { context } = c.var;
  const resource = toResource(definition.segments(params), query, representation);
  context.resource = resource.path;
  const answer = await gists({
    resource,
    ...(context.peer.client !== undefined && { client: context.peer.client }),
    ...(context.trace && { trace: context.trace }),
    onCall: () => (context.upstreamCalls += 1),
  });
  context.handling = answer.handling;
  if (answer.upstreamStatus === undefined) context.age = Math.max(ports.now() - answer.entry.validatedAt, 0) / 1000;
  if (answer.reason !== undefined) context.reason = answer.reason;
  const root = toRoot(c, ports);
  return {
    answer,
    resource,
    representation,
    self: `${root}${context.path}`,
    root,
    base: /^https?:/.test(root) && (context.prefix !== "" || ports.config.REWRITE_BODY_URLS === "on") ? root : "",
  };
}

/** Responds with a resource, compressed as the client accepts it. @throws EdgeError */
export async function sendResource(
  c: AppContext,
  { answer: found, resource, representation, self, base, fields }: Found,
  { ports, encodings, rewrites }: Services,
  respond: Responder,
): Promise<Response> {
  const answer = { ...found, entry: await rewrites.get(found.entry, base, resource.key) };
  const sent = await encodings.get(answer.entry, c.req.header("accept-encoding") ?? null, resource.key);
  if (ports.admits?.(sent.body) === false) {
    throw tooManySlowClients();
  }
  return respond.answer(c, answer, sent, representation, self, fields);
}

/**
 * Responds with another form of a resource, whose URLs are final already.
 * @param name of the form, with all that it depends on beside the entry and this code
 * @param make gives the form; of requests that come together, only the first one calls it
 */
export async function sendForm(
  c: AppContext,
  found: Found,
  services: Services,
  respond: Responder,
  name: string,
  make: (body: Entry["body"]) => Form,
): Promise<Response> {
  const { answer, resource } = found;
  const { build } = services.ports;
  const etag = await toTextEtag(`${name} ${build.version} ${answer.entry.etag}`);
  const entry = services.forms.get(answer.entry, name, resource.key, etag, () => make(answer.entry.body));
  return sendResource(c, { ...found, answer: { ...answer, entry }, base: "" }, services, respond);
}

/** Serves one of GitHub's resources byte for byte. */
export function defineResource<P extends z.ZodObject, Q extends QuerySchema>(
  definition: ResourceDefinition<P, Q>,
): Operation & ResourceDefinition {
  const { path, operationId, summary, documentation, params, query, body, otherTypes }: ResourceDefinition = definition;
  const route = {
    path,
    request: { params, query, headers: requestHeaders },
    ...documented({
      operationId,
      summary,
      description: `GitHub's own documentation: ${documentation}`,
      tags: ["gists"],
      responses: resourceResponses("GitHub's response, byte for byte.", body, otherTypes),
    }),
  };
  return {
    ...definition,
    route,
    mount(app, services, respond) {
      serveAt(app, path, () => {
        addRoute(app, "get", route, async (c, wanted) => {
          const other = await definition.otherForm?.(definition, c, wanted, services, respond);
          if (other) return other;
          const found = await fetchResource(c, definition, wanted, services);
          const { answer, resource, representation, self, base } = found;
          // A parameter that no route reads would give one resource any number of spellings.
          if (answer.entry.status === 200 && Object.keys(c.req.query()).every((name) => name in query.shape)) {
            services.fastPath.learn(c, resource.key, {
              route: path,
              resource: resource.path,
              representation,
              self,
              base,
            });
          }
          return sendResource(c, found, services, respond);
        });
        addPurge(app, definition, services, respond);
      });
    },
  };
}
