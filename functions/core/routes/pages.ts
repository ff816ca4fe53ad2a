import { accepts } from "hono/accepts";
import { EdgeError } from "../errors.ts";
import type { AppContext } from "../exchange.ts";
import { publicOrigin } from "../http/origin.ts";
import { type Mount, serveAt } from "./mount.ts";

/** For pages: scripts, styles and images of this origin only, and nothing inline. */
const pageFields = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "cache-control": "public, max-age=300",
};

/** GitHub's own root answers with URL templates (RFC 6570); this is the part of them that is served here. */
const templates = {
  gist_url: "/gists/{gist_id}",
  gist_revision_url: "/gists/{gist_id}/{sha}",
  gist_commits_url: "/gists/{gist_id}/commits{?page,per_page}",
  gist_forks_url: "/gists/{gist_id}/forks{?page,per_page}",
  gist_comments_url: "/gists/{gist_id}/comments{?page,per_page}",
  gist_comment_url: "/gists/{gist_id}/comments/{comment_id}",
  public_gists_url: "/gists/public{?since,page,per_page}",
  user_gists_url: "/users/{username}/gists{?since,page,per_page}",
  short_user_gists_url: "/{username}{?since,page,per_page}",
  rate_limit_url: "/rate_limit",
  health_url: "/health",
  readiness_url: "/health/ready",
  metrics_url: "/metrics",
  openapi_url: "/openapi.json",
  documentation_url: "/docs",
};

/** Pages for people, their files, and what browsers and crawlers ask for by themselves. */
export const mountPages: Mount = (app, { ports }, respond) => {
  async function file(c: AppContext, name: string): Promise<Response> {
    const asset = await ports.asset(name);
    if (!asset) throw new EdgeError("not-found", "Not Found");
    return respond.local(c, 200, asset.body, { ...pageFields, "content-type": asset.contentType });
  }

  serveAt(app, "/", () =>
    app.get("/", (c) => {
      const wanted = accepts(c, {
        header: "Accept",
        supports: ["application/json", "text/html"],
        default: "application/json",
      });
      if (wanted === "text/html") return file(c, "index.html");
      const origin = publicOrigin(ports.config.PUBLIC_URL, c.req.raw.headers, c.req.url, c.var.exchange.peer);
      const urls = Object.entries(templates).map(([name, path]) => [name, `${origin}${path}`]);
      return respond.json(c, 200, Object.fromEntries(urls), { "cache-control": "public, max-age=300" });
    }),
  );
  serveAt(app, "/docs", () => app.get("/docs", (c) => file(c, "docs.html")));
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
