import { EdgeError, notServed } from "../errors.ts";
import type { AppContext } from "../context.ts";
import { choose } from "../http/accept.ts";
import { isNotModified, toEtag } from "../http/conditional.ts";
import { publicOrigin } from "../http/origin.ts";
import { pathOf } from "../http/target.ts";
import type { Asset } from "../ports.ts";
import { operations } from "./all.ts";
import { type Mount, serveAt } from "./mount.ts";
import type { Route } from "./operation.ts";
import { fillInAddress } from "./page-address.ts";
import { fillIn, toPageConfig } from "./page-config.ts";
import { filePolicy, servicePolicy, toExplorerPolicy } from "./page-policy.ts";

/** Names that build.mjs derived from a file's contents: the file of such a name never changes. */
const hashed = /-[0-9A-Z]{8}\.\w+(?:\.LEGAL\.txt)?$/;

/** GitHub's own root responds with URL templates (RFC 6570); this is the part of them that this service serves. */
const templates = {
  ...Object.fromEntries(Object.entries(operations).map(([name, { route }]) => [name, toTemplate(route)])),
  documentation_url: "/docs",
};

/** Media ranges that name one of the root's two forms; for any other it is JSON. */
const rootForms = new Map([
  ["application/json", "json"],
  ["application/*", "json"],
  ["text/html", "html"],
  ["text/*", "html"],
]);

/**
 * `Accept` where a browser opens an address: HTML, then XHTML. A program that asks for nothing but HTML gets it too. Java's
 * clients begin with text/html as well, but then name images: they are programs, which want data.
 */
const navigation = /^text\/html(?:$|, *application\/xhtml\+xml)/i;

/** Addresses of data, which browsers get as a page of that name. Its script requests the same address as a program does. */
const dataPages = ["/metrics", "/rate_limit"];

const isNavigation = (c: AppContext): boolean => navigation.test(c.req.header("accept") ?? "");

/** A path with its query parameters, such as `/gists/public{?since,per_page,page}`. */
function toTemplate({ path, request }: Route): string {
  const names = Object.keys(request?.query?.shape ?? {});
  return names.length > 0 ? `${path}{?${names}}` : path;
}

/** Pages for people, their files, and the paths that browsers and crawlers request by themselves. */
export const mountPages: Mount = (app, { ports }, respond) => {
  const explorerPolicy = toExplorerPolicy(ports.config.FARO_URL);
  const pages = new Map<string, Promise<{ asset: Asset; etag: string }>>();

  async function find(name: string): Promise<Asset> {
    const asset = await ports.asset(name);
    if (!asset) throw new EdgeError("not-found", "Not Found");
    return asset;
  }

  async function prepare(name: string, toBody: (body: Asset["body"]) => Asset["body"]) {
    const { body, contentType } = await find(name);
    const asset = { body: toBody(body), contentType };
    return { asset, etag: await toEtag(asset.body) };
  }

  function prepared(name: string, toBody = (body: Asset["body"]) => body) {
    const known = pages.get(name) ?? prepare(name, toBody);
    pages.set(name, known);
    return known.catch((error: unknown) => {
      pages.delete(name);
      throw error;
    });
  }

  /** A document: revalidated each time, since it names the files of one build, but sent only if it changed. */
  async function page(c: AppContext, policy: string, document: ReturnType<typeof prepared>) {
    const { asset, etag } = await document;
    const fields = { "content-security-policy": policy, "cache-control": "no-cache", etag };
    const ifNoneMatch = c.req.header("if-none-match");
    if (isNotModified({ ifNoneMatch, ifModifiedSince: undefined }, { etag, lastModified: undefined }))
      return respond.local(c, 304, null, fields);
    return respond.local(c, 200, asset.body, { ...fields, "content-type": asset.contentType });
  }

  /** The explorer for one of its addresses: made each time, since anybody can make up addresses. */
  async function explorer(search: string, root: string) {
    const { asset } = await prepared("index.html", (body) => fillIn(body, toPageConfig(ports)));
    const html = fillInAddress(new TextDecoder().decode(asset.body), search, root);
    const body = new TextEncoder().encode(html);
    return { asset: { ...asset, body }, etag: await toEtag(body) };
  }

  /** A file of the web folder, except documents: their own paths set their policies. */
  async function file(c: AppContext, name: string): Promise<Response> {
    if (name.endsWith(".html")) throw new EdgeError("not-found", "Not Found");
    const asset = await find(name);
    return respond.local(c, 200, asset.body, {
      "content-security-policy": filePolicy,
      "cache-control": hashed.test(name) ? "public, max-age=31536000, immutable" : "public, max-age=86400",
      "content-type": asset.contentType,
    });
  }

  serveAt(app, "/", () =>
    app.get("/", (c) => {
      const origin = publicOrigin(ports.config, c.req.raw.headers, c.req.url, c.var.context.peer);
      if (choose(c.req.header("accept") ?? "", (type) => rootForms.get(type)) === "html") {
        // The page's file names are relative to it.
        const [, last] = /([^/]+)$/.exec(pathOf(c.req.url)) ?? [];
        if (last !== undefined)
          return respond.local(c, 308, null, { location: `./${last}/${new URL(c.req.url).search}` });
        return page(
          c,
          explorerPolicy,
          explorer(new URL(c.req.url).search, origin && `${origin}${c.var.context.prefix}/`),
        );
      }
      const urls = Object.entries(templates).map(([name, path]) => [name, `${origin}${c.var.context.prefix}${path}`]);
      return respond.json(c, 200, Object.fromEntries(urls), { "cache-control": "public, max-age=300" });
    }),
  );
  for (const path of dataPages) {
    app.get(path, (c, next) => {
      if (!isNavigation(c)) return next();
      c.var.context.route = path;
      return page(c, servicePolicy, prepared(`${path.slice(1)}.html`));
    });
  }
  app.notFound(async (c) => {
    if (!isNavigation(c) || !/^(?:GET|HEAD)$/.test(c.req.method))
      return respond.error(c, new EdgeError("not-found", notServed));
    const { body, contentType } = await find("missing.html");
    // Its links are relative to the root, which is so many segments above.
    const up = "../".repeat(c.var.context.path.split("/").length - 2);
    const html = new TextDecoder().decode(body).replaceAll(/ (href|src)="(?!#)/g, ` $1="${up}`);
    return respond.local(c, 404, html, {
      "content-security-policy": servicePolicy,
      "content-type": contentType,
      "cache-control": "no-store",
    });
  });
  for (const [name, policy] of Object.entries({ docs: filePolicy, ...ports.documents }))
    serveAt(app, `/${name}`, () => app.get(`/${name}`, (c) => page(c, policy, prepared(`${name}.html`))));
  serveAt(app, "/assets/{name}", () => app.get("/assets/:name", (c) => file(c, c.req.param("name"))));
  serveAt(app, "/favicon.ico", () => app.get("/favicon.ico", (c) => file(c, "favicon.ico")));
  serveAt(app, "/robots.txt", () =>
    app.get("/robots.txt", (c) =>
      respond.local(c, 200, "User-agent: *\nDisallow: /\n", {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "public, max-age=86400",
      }),
    ),
  );
};
