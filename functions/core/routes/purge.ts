import type { Services } from "./services.ts";
import { createRoute, type OpenAPIHono, type z } from "@hono/zod-openapi";
import { EdgeError } from "../errors.ts";
import type { AppContext, AppEnv } from "../context.ts";
import { sha256 } from "../http/digest.ts";
import { type Query, toResource } from "../cache/key.ts";
import { apiVersions, negotiate } from "../http/negotiate.ts";
import type { Responder } from "../serving/responder.ts";
import type { ResourceDefinition } from "./definition.ts";

/**
 * Lets operators drop one resource from the cache, in every version and media type: DELETE on its address
 * with `Authorization: Bearer <PURGE_TOKEN>`. Without that setting the method is not there. It empties this
 * process's tier and the shared one; other processes forget their own copy within its lifetime. What was being
 * asked of GitHub meanwhile is not kept. 503 where the shared tier did not confirm it.
 */
export function mountPurge<P extends z.ZodObject, Q extends z.ZodObject>(
  app: OpenAPIHono<AppEnv>,
  definition: ResourceDefinition<P, Q>,
  { ports }: Services,
  respond: Responder,
): void {
  const { PURGE_TOKEN: token } = ports.config;
  if (token === undefined) return;

  const route = createRoute({
    method: "delete",
    path: definition.path,
    hide: true,
    request: { params: definition.params, query: definition.query },
    responses: { 204: { description: "Dropped." } },
  });
  const purge = async (c: AppContext): Promise<Response> => {
    if (!(await isBearer(c.req.header("authorization"), token))) {
      throw new EdgeError("unauthorized", "Requires authentication");
    }
    const valid = (target: "param" | "query"): unknown => c.req.valid(target as never);
    const segments = definition.segments(valid("param") as z.output<P>);
    const keys = apiVersions.flatMap((version) =>
      (["json", ...definition.media] as const).map((param) => {
        const representation = negotiate(`application/vnd.github.${param}+json`, version, definition.media);
        return toResource(segments, valid("query") as Query, representation).key;
      }),
    );
    const done = await Promise.all(keys.map((key) => ports.store.purge(key)));
    if (!done.every(Boolean)) {
      ports.log("warn", "purged here, but not in the shared cache", { route: definition.path });
      throw new EdgeError(
        "service-unavailable",
        "Dropped from this process, but the shared cache did not confirm it and may still have the resource: try again",
      );
    }
    ports.log("info", "purged", { route: definition.path });
    return respond.local(c, 204, null, { "cache-control": "no-store" });
  };
  app.openapi(route as ReturnType<typeof createRoute>, purge);
}

/** Compares digests, so that the time taken tells nothing of the token. */
async function isBearer(authorization: string | undefined, token: string): Promise<boolean> {
  const digest = (text: string) => sha256(new TextEncoder().encode(text));
  // The scheme's name is in any case (RFC 9110 section 11.1).
  const given = /^bearer +(.*)$/i.exec(authorization ?? "")?.[1] ?? "";
  return (await digest(given)) === (await digest(token));
}
