import type { OpenAPIHono } from "@hono/zod-openapi";
import { toResource } from "../cache/key.ts";
import { tagsOf } from "../cache/tags.ts";
import type { AppEnv } from "../context.ts";
import { EdgeError } from "../errors.ts";
import { sha256 } from "../http/digest.ts";
import { apiVersions, negotiate } from "../http/negotiate.ts";
import type { Responder } from "../serving/responder.ts";
import type { ResourceDefinition } from "./definition.ts";
import { addRoute } from "./operation.ts";
import { allPages } from "./params.ts";
import type { Services } from "./services.ts";

/**
 * Lets operators remove one resource from the cache, in every version and media type: DELETE on its address with
 * `Authorization: Bearer <PURGE_TOKEN>`. Without that setting the method does not exist. The purge of a gist or a user
 * takes all that belongs to it. A purge empties this process's tier and the shared one, which tells the other processes.
 * The result of a call to GitHub that began before the purge is not stored. With `all=true`, all pages are removed of
 * which that response is made. 503 if the shared tier did not confirm the purge.
 */
export function addPurge(
  app: OpenAPIHono<AppEnv>,
  { path, params, query, media, segments, isWhole }: ResourceDefinition,
  { ports }: Services,
  respond: Responder,
): void {
  const { PURGE_TOKEN: token } = ports.config;
  if (token === undefined) return;

  const route = {
    path,
    hide: true,
    request: { params, query },
    responses: { 204: { description: "Dropped." } },
  };
  addRoute(app, "delete", route, async (c, wanted) => {
    if (!(await isBearer(c.req.header("authorization"), token))) {
      throw new EdgeError("unauthorized", "Requires authentication");
    }
    const at = segments(wanted.params);
    const { all, ...given } = wanted.query;
    const { perPage, most } = allPages;
    const queries =
      all === undefined
        ? [given]
        : Array.from({ length: most }, (_, index) => ({ ...given, per_page: perPage, page: index + 1 }));
    const keys = apiVersions.flatMap((version) =>
      (["json", ...media] as const).flatMap((param) => {
        const representation = negotiate(`application/vnd.github.${param}+json`, version, media);
        return queries.map((one) => toResource(at, one, representation).key);
      }),
    );
    const tags = new Set(keys.map((key) => tagsOf(key)[isWhole ? 1 : 0]!));
    ports.metrics.add("cache_purges_total", { source: "request" });
    if (!(await ports.store.purge({ tags: [...tags], keys }))) {
      ports.log("warn", "purged here, but not in the shared cache", { route: path });
      throw new EdgeError(
        "service-unavailable",
        "Dropped from this process, but the shared cache did not confirm it and may still have the resource: try again",
      );
    }
    ports.log("info", "purged", { route: path });
    return respond.local(c, 204, null, { "cache-control": "no-store" });
  });
}

/** Compares digests, so that the duration reveals nothing about the token. */
async function isBearer(authorization: string | undefined, token: string): Promise<boolean> {
  const digest = (text: string) => sha256(new TextEncoder().encode(text));
  // The scheme's name is case-insensitive (RFC 9110 section 11.1).
  const given = /^bearer +(.*)$/i.exec(authorization ?? "")?.[1] ?? "";
  return (await digest(given)) === (await digest(token));
}
