import type { AppContext } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { otherForm } from "../http/negotiate.ts";
import type { Responder } from "../serving/responder.ts";
import type { ResourceDefinition } from "./definition.ts";
import { allPages } from "./params.ts";
import { fetchResource, sendResource } from "./resource.ts";
import type { Services } from "./services.ts";
import type { Wanted } from "./wanted.ts";

const accepted = new Map([["application/x-ndjson", "lines"]] as const);

/**
 * All pages of a list as one array, or an element a line, for requests with `all=true`. Each page is a cached resource
 * of its own, the same as for clients that follow `Link`. The response is made once all pages are there: it is whole, or
 * the error of the page that failed.
 */
export function serveAllPages(
  definition: ResourceDefinition,
  c: AppContext,
  wanted: Wanted,
  services: Services,
  respond: Responder,
): Promise<Response> | undefined {
  if (wanted.query?.["all"] === undefined) return undefined;
  for (const field of ["page", "per_page"]) {
    if (c.req.query(field) === undefined) continue;
    throw refuse(field, "Has no meaning with all=true, which has no pages");
  }
  return respondWithAll(definition, c, wanted, services, respond);
}

async function respondWithAll(
  definition: ResourceDefinition,
  c: AppContext,
  wanted: Wanted,
  services: Services,
  respond: Responder,
): Promise<Response> {
  const { ports, forms, rewrites } = services;
  const { context } = c.var;
  const isLines = otherForm(c.req.header("accept"), accepted) !== undefined;
  const maxBytes = ports.config.MAX_BODY_BYTES;
  const { toAllPages } = await import("../forms/pages.ts");
  const found = await toAllPages({
    fetchPage(page) {
      const query = { since: wanted.query?.["since"], per_page: allPages.perPage, page };
      return fetchResource(c, definition, { ...wanted, query, ...(isLines && { accept: "" }) }, services);
    },
    forms,
    rewrite: rewrites.body,
    maxPages: allPages.most,
    maxBytes,
    refuse: {
      tooLarge: () => refuse("all", `All pages are larger than ${maxBytes} bytes: request single ones`),
      busy: () => new EdgeError("service-unavailable", "Too many long lists are being put together", { retryAfter: 1 }),
      noList: () => new EdgeError("bad-gateway", "GitHub gave no list"),
    },
    isLines,
  });
  const { entry, handling, upstreamStatus, reason } = found.answer;
  context.resource = found.resource.path;
  context.handling = handling;
  if (reason !== undefined) context.reason = reason;
  if (upstreamStatus === undefined) context.age = Math.max(ports.now() - entry.validatedAt, 0) / 1000;
  else delete context.age;
  // Its URLs lead to the base already.
  return sendResource(c, { ...found, base: "" }, services, respond);
}

function refuse(field: string, message: string): EdgeError {
  return new EdgeError("validation-failed", "Validation Failed", {
    errors: [{ resource: "Query", field, code: "invalid", message }],
  });
}
