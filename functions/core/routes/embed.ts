import { z } from "@hono/zod-openapi";
import type { Form } from "../cache/forms.ts";
import { EdgeError } from "../errors.ts";
import { apiVersions } from "../http/negotiate.ts";
import { oembed as body } from "./bodies.ts";
import type { ResourceDefinition } from "./definition.ts";
import { gist, gistRevision } from "./gist.ts";
import { defineOperation } from "./operation.ts";
import { embedQuery, gistId, oembedQuery, sha } from "./params.ts";
import { fetchResource, sendForm, sendResource, toRoot } from "./resource.ts";
import { documented, otherResponses, resourceResponses } from "./responses.ts";

/** GitHub's JSON in its first version: the only one that this service makes others of. */
const json = { accept: "", headers: { "x-github-api-version": apiVersions[0] } };

/** The address of this service for other sites; empty if no link may name its host. */
const siteOf = (root: string, prefix: string): string =>
  /^https?:/.test(root) ? root.slice(0, root.length - prefix.length) : "";

function orNotFound(form: Form | undefined): Form {
  if (form) return form;
  throw new EdgeError("not-found", "The gist has no file of this name, or GitHub does not list it");
}

function defineEmbed<P extends z.ZodObject>(
  of: ResourceDefinition,
  path: string,
  params: P,
  texts: { operationId: string; summary: string },
) {
  return defineOperation(
    {
      path,
      request: { params, query: embedQuery },
      ...documented({
        ...texts,
        description: "A page without scripts for frames on other sites. Its policy sandboxes it.",
        tags: ["gists"],
        responses: otherResponses("The page.", ["text/html"]),
      }),
    },
    (services, respond) => async (c, wanted) => {
      const { file } = wanted.query as z.output<typeof embedQuery>;
      const found = await fetchResource(c, of, { params: wanted.params as Record<string, unknown>, ...json }, services);
      const { answer, resource, root } = found;
      if (answer.entry.status !== 200) return sendResource(c, found, services, respond);
      const { toEmbed, toEmbedPolicy } = await import("../forms/embed.ts");
      const site = siteOf(root, c.var.context.prefix);
      const name = `embed ${site} ${file ?? ""}`;
      const own = `${site}${resource.path.replace("/gists", "/embed")}${file === undefined ? "" : `?file=${encodeURIComponent(file)}`}`;
      const oembed = site === "" ? undefined : `${site}/oembed?url=${encodeURIComponent(own)}`;
      const fields = {
        "content-security-policy": await toEmbedPolicy(),
        "x-frame-options": "",
        // For pages that let in only what agrees to it.
        "cross-origin-embedder-policy": "require-corp",
      };
      return sendForm(c, { ...found, fields }, services, respond, name, (gistBody) =>
        orNotFound(toEmbed(gistBody, { file, oembed })),
      );
    },
  );
}

export const embed = defineEmbed(
  gist,
  "/embed/{gist_id}",
  z.object({ gist_id: gistId }),
  documented({ operationId: "getEmbed", summary: "A gist as a page for a frame" }),
);

export const embedRevision = defineEmbed(
  gistRevision,
  "/embed/{gist_id}/{sha}",
  z.object({ gist_id: gistId, sha }),
  documented({ operationId: "getEmbedRevision", summary: "A gist as it was at a revision, as a page for a frame" }),
);

export const oembed = defineOperation(
  {
    path: "/oembed",
    request: { query: oembedQuery },
    ...documented({
      operationId: "getOembed",
      summary: "How to embed a gist, by its address",
      description: "oEmbed 1.0 (https://oembed.com), type `rich`: a frame with the embedded view.",
      tags: ["gists"],
      responses: resourceResponses("Made from the gist.", body, ["text/xml"]),
    }),
  },
  (services, respond) =>
    async (c, { query }) => {
      const { url, format, maxwidth, maxheight } = query;
      const { toNamed, toOembed } = await import("../forms/oembed.ts");
      const { ports } = services;
      const root = siteOf(toRoot(c, ports), c.var.context.prefix);
      if (root === "")
        throw new EdgeError(
          "not-found",
          "The address of this service is not known: its operator sets PUBLIC_URL or PUBLIC_HOSTS",
        );
      const named = toNamed(new URL(url), root);
      if (!named)
        throw new EdgeError("not-found", "This service embeds gists of gist.github.com, and its own pages of them");
      const { gist_id, sha: revision, file } = named;
      const found = await fetchResource(
        c,
        revision === undefined ? gist : gistRevision,
        { params: { gist_id, sha: revision }, ...json },
        services,
      );
      const { answer } = found;
      if (answer.entry.status !== 200) return sendResource(c, found, services, respond);
      const name = `oembed ${root} ${format} ${maxwidth} ${maxheight} ${file ?? ""}`;
      const lifetime = ports.config.CACHE_TTL_SECONDS;
      return sendForm(c, found, services, respond, name, (gistBody) =>
        orNotFound(toOembed(gistBody, { named, root, format, maxwidth, maxheight, lifetime })),
      );
    },
);
