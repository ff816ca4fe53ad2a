import { createMiddleware } from "hono/factory";
import type { ApiVersion, Env, Media } from "./env.ts";
import { unknownVersion, unsupportedAccept } from "./errors.ts";

const plain: Media = { param: undefined, header: "github.v3; format=json" };
/** With versions and previews of years before, which old clients send on all calls and recordings show with 2xx. */
const vendor = /^application\/vnd\.github(?:\.[\w-]+)*?(?:\.(raw|base64|text|html|full))?(\+json)?$/;

/**
 * The media type of an Accept header, or undefined where GitHub answers 415, which texts that quote its message show for
 * text/plain, text/html and application/xml. What GitHub makes of weights, of a range such as `application/*` and of
 * several types is not known: here the first type that it has counts.
 */
export function toMedia(accept: string | undefined): Media | undefined {
  if (!accept) return plain;
  for (const range of accept.split(",")) {
    const type = (range.split(";")[0] ?? "").trim().toLowerCase();
    if (type === "*/*" || type === "application/*" || type === "application/json") return plain;
    const match = vendor.exec(type);
    if (!match) continue;
    const param = match[1] as Media["param"];
    const parts = ["github.v3", param && `param=${param}`, match[2] || !param ? "format=json" : undefined];
    return { param, header: parts.filter(Boolean).join("; ") };
  }
  return undefined;
}

/** Refuses unknown API versions and media types as GitHub does, and names the chosen ones in the answer. */
export function negotiate() {
  return createMiddleware<Env>(async function negotiate(c, next) {
    const asked = c.req.header("x-github-api-version") ?? "2022-11-28";
    const version = (["2022-11-28", "2026-03-10"] as const).find((known) => known === asked);
    const accept = c.req.header("accept");
    const media = toMedia(accept);
    c.set("media", media ?? plain);
    c.set("version", version ?? "2022-11-28");
    if (!version) return unknownVersion(c, asked);
    if (!media) return unsupportedAccept(c, accept ?? "");
    await next();
    c.res.headers.set("x-github-media-type", media.header);
    c.res.headers.set("x-github-api-version-selected", version satisfies ApiVersion);
    return undefined;
  });
}
