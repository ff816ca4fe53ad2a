import { z } from "@hono/zod-openapi";
import { apiVersions, negotiate, noParams } from "../http/negotiate.ts";
import type { ResourceDefinition } from "./definition.ts";
import { gist, gistRevision } from "./gist.ts";
import { serveAt } from "./mount.ts";
import { addRoute, type Operation } from "./operation.ts";
import { download, filename, gistId, sha } from "./params.ts";
import { fetchResource, sendResource } from "./resource.ts";
import { documented, fileResponses } from "./responses.ts";
import type { Services } from "./services.ts";

type RespondWithFile = ReturnType<typeof import("../serving/raw-files.ts").createRawFiles>;

/** By the dependencies of one app: its routes share the calls under way. */
const responders = new WeakMap<Services, RespondWithFile>();

/** The form of a gist that files are read from: the one that most clients ask for, so that they share its entry. */
const representation = negotiate(undefined, apiVersions[0], noParams);

/** A revision that no later one can be mistaken for. */
const wholeSha = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

/** Every route has a part of these. */
interface RawParams {
  sha?: string;
  filename?: string;
}

/** Serves files of a gist as bytes. Its code is loaded with the first request for one. */
function defineRaw(
  path: string,
  of: ResourceDefinition,
  params: z.ZodObject,
  texts: { operationId: string; summary: string },
): Operation {
  const route = {
    path,
    request: { params, query: z.object({ download }) },
    ...documented({
      ...texts,
      description:
        "The bytes of the file, exactly and whole, with a type that no browser runs as a document. `Range` gets a part.",
      tags: ["gists"],
      responses: fileResponses(),
    }),
  };
  return {
    route,
    mount(app, services, respond) {
      serveAt(app, path, () => {
        addRoute(app, "get", route, async (c, { params: given, query }) => {
          const wanted = given as RawParams;
          const found = await fetchResource(c, of, { params: given, representation }, services);
          // GitHub has no such gist, or says why not.
          if (found.answer.entry.status !== 200) return sendResource(c, { ...found, base: "" }, services, respond);
          const { createRawFiles } = await import("../serving/raw-files.ts");
          const respondWithFile = responders.get(services) ?? createRawFiles(services, respond);
          responders.set(services, respondWithFile);
          return respondWithFile(c, found, {
            name: wanted.filename,
            isImmutable: wholeSha.test(wanted.sha ?? ""),
            isDownload: query.download === "1",
          });
        });
      });
    },
  };
}

export const rawFirst = defineRaw("/gists/{gist_id}/raw", gist, z.object({ gist_id: gistId }), {
  operationId: "getRawGist",
  summary: "The first file of a gist, or its only one, as bytes",
});

export const rawFile = defineRaw("/gists/{gist_id}/raw/{filename}", gist, z.object({ gist_id: gistId, filename }), {
  operationId: "getRawFile",
  summary: "A file of a gist as bytes",
});

export const rawRevisionFirst = defineRaw(
  "/gists/{gist_id}/{sha}/raw",
  gistRevision,
  z.object({ gist_id: gistId, sha }),
  { operationId: "getRawGistRevision", summary: "The first file of a gist as it was at a revision" },
);

export const rawRevisionFile = defineRaw(
  "/gists/{gist_id}/{sha}/raw/{filename}",
  gistRevision,
  z.object({ gist_id: gistId, sha, filename }),
  { operationId: "getRawFileRevision", summary: "A file of a gist as it was at a revision" },
);
