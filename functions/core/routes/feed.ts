import { githubApi } from "../cache/rewrites.ts";
import type { AppContext } from "../context.ts";
import { otherForm } from "../http/negotiate.ts";
import type { Responder } from "../serving/responder.ts";
import type { OtherForm, ResourceDefinition } from "./definition.ts";
import { fetchResource, sendForm, sendResource } from "./resource.ts";
import type { Services } from "./services.ts";
import type { Wanted } from "./wanted.ts";

export const atomType = "application/atom+xml";
const accepted = new Map([[atomType, "atom"]]);

/** Serves a list as a feed if `Accept` prefers one. */
export const feedByAccept: OtherForm = (definition, c, ...rest) =>
  otherForm(c.req.header("accept"), accepted) === undefined ? undefined : respondWithFeed(definition, c, ...rest);

/** Responds with one page of a list of gists as an Atom feed. */
export async function respondWithFeed(
  definition: ResourceDefinition,
  c: AppContext,
  wanted: Wanted,
  services: Services,
  respond: Responder,
): Promise<Response> {
  const found = await fetchResource(c, definition, { ...wanted, accept: "" }, services);
  const { answer, resource, root } = found;
  if (answer.entry.status !== 200) return sendResource(c, found, services, respond);
  const { toFeed } = await import("../forms/atom.ts");
  const { build } = services.ports;
  // The same address for every address of the list.
  const [path = "", query = ""] = resource.path.split("?");
  const parameters = query.split("&").filter((one) => one !== "page=1" && one !== "per_page=30");
  const self = `${root}${path}.atom${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`;
  const feed = {
    self,
    // A name for ever (RFC 4287 section 4.2.6), which tells nobody where this service calls GitHub.
    id: `${githubApi}${path}`,
    login: typeof wanted.params["username"] === "string" ? wanted.params["username"] : undefined,
    version: build.version,
  };
  return sendForm(c, found, services, respond, `atom ${self}`, (body) => toFeed(body, feed));
}
