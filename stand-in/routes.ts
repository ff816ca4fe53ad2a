import { Hono, type Context } from "hono";
import { toComment, toCommit, toGist, toListItem, toSummary } from "./bodies.ts";
import type { Data } from "./data.ts";
import type { Env } from "./env.ts";
import { generalDocumentation, invalid, notFound, requiresAuthentication, tooFar } from "./errors.ts";
import type { Gist } from "./gists.ts";
import { slice, toLink, toPage, toSince } from "./pagination.ts";
import { type Person, toPublicUser } from "./people.ts";
import type { Limits } from "./rate-limit.ts";

const gistDocs = `${generalDocumentation}/gists/gists`;
const commentDocs = `${generalDocumentation}/gists/comments`;
/** Maximum age of a gist in `/gists/public` (https://docs.github.com/rest/gists/gists#list-public-gists). */
const publicCap = 3000;

/** The origin to write into `Link`: that of the request, unless one is configured. */
export type ToOrigin = (request: Request) => string;

/** GitHub's gists endpoints (https://docs.github.com/rest/gists). */
export function createRoutes(data: Data, limits: Limits, toOrigin: ToOrigin) {
  /** A page of a list, with its Link to `path`. */
  function list<T>(c: Context<Env>, items: readonly T[], toBody: (item: T) => object, path = c.req.path): Response {
    const query = new URL(c.req.url).searchParams;
    const page = toPage(query);
    const link = toLink(toOrigin(c.req.raw) + path, query, page, items.length);
    if (link) c.header("link", link);
    return c.json(slice(items, page).map(toBody));
  }
  /**
   * GitHub sends dates for a gist, for its sub-resources but its comments, and for a single comment; for no other list.
   */
  function date(c: Context<Env>, time: number): void {
    c.header("last-modified", new Date(time).toUTCString());
  }
  function gists(c: Context<Env>, found: readonly Gist[], path?: string): Response {
    const from = toSince(c.req.query("since"));
    if (Number.isNaN(from)) return invalid(c, "Gist", "since");
    const items = found.filter((gist) => gist.updatedAt >= from);
    return list(c, items, (gist) => toListItem(gist, c.get("version")), path);
  }
  function ofPerson(c: Context<Env>, person: Person | undefined): Response {
    c.set("documentation", `${gistDocs}#list-gists-for-a-user`);
    return person ? gists(c, data.gistsOf(person), `/user/${person.id}/gists`) : notFound(c);
  }
  function one(c: Context<Env>, documentation: string): Gist | undefined {
    c.set("documentation", documentation);
    return data.gist(c.req.param("id") ?? "");
  }
  function single(c: Context<Env>, gist: Gist, version?: string): Response {
    const revision =
      version === undefined ? undefined : gist.revisions.find((item) => item.version === version.toLowerCase());
    if (version !== undefined && !revision) return notFound(c);
    date(c, gist.updatedAt);
    return c.json(toGist(gist, data, c.get("version"), c.get("media"), revision));
  }

  return new Hono<Env>()
    .get("/users/:username", (c) => {
      c.set("documentation", `${generalDocumentation}/users/users#get-a-user`);
      const person = data.person(c.req.param("username"));
      if (!person) return notFound(c);
      const profile = toPublicUser(person, data.gistsOf(person).length);
      date(c, Date.parse(profile.updated_at));
      return c.json(profile);
    })
    .get("/users/:username/gists", (c) => ofPerson(c, data.person(c.req.param("username"))))
    .get("/user/:id{[0-9]+}/gists", (c) => ofPerson(c, data.personById(Number(c.req.param("id")))))
    .get("/gists", (c) => {
      c.set("documentation", `${gistDocs}#list-gists-for-the-authenticated-user`);
      const owner = data.person("octocat");
      if (c.get("actor").token === undefined || !owner) return requiresAuthentication(c);
      return gists(c, data.gistsOf(owner, true));
    })
    .get("/gists/public", (c) => {
      c.set("documentation", `${gistDocs}#list-public-gists`);
      const query = new URL(c.req.url).searchParams;
      const page = toPage(query);
      const all = data.publicGists().slice(0, publicCap);
      if ((page.number - 1) * page.size >= publicCap) {
        const answer = tooFar(c);
        answer.headers.set("link", toLink(toOrigin(c.req.raw) + c.req.path, query, page, all.length) ?? "");
        return answer;
      }
      return gists(c, all);
    })
    .get("/gists/:id", (c) => {
      const gist = one(c, `${gistDocs}#get-a-gist`);
      return gist ? single(c, gist) : notFound(c);
    })
    .get("/gists/:id/commits", (c) => {
      const gist = one(c, `${gistDocs}#list-gist-commits`);
      if (!gist) return notFound(c);
      date(c, gist.updatedAt);
      return list(c, gist.revisions, (revision) => toCommit(gist, revision));
    })
    .get("/gists/:id/forks", (c) => {
      const gist = one(c, `${gistDocs}#list-gist-forks`);
      if (!gist) return notFound(c);
      date(c, gist.updatedAt);
      return list(c, data.forksOf(gist), toSummary);
    })
    .get("/gists/:id/comments", (c) => {
      const gist = one(c, `${commentDocs}#list-gist-comments`);
      return gist ? list(c, gist.comments, (comment) => toComment(gist, comment, c.get("media"))) : notFound(c);
    })
    .get("/gists/:id/comments/:comment", (c) => {
      const gist = one(c, `${commentDocs}#get-a-gist-comment`);
      const comment = gist?.comments.find((item) => String(item.id) === c.req.param("comment"));
      if (!gist || !comment) return notFound(c);
      date(c, comment.at);
      return c.json(toComment(gist, comment, c.get("media")));
    })
    .get("/gists/:id/:sha", (c) => {
      const gist = one(c, `${gistDocs}#get-a-gist-revision`);
      return gist ? single(c, gist, c.req.param("sha")) : notFound(c);
    })
    .get("/rate_limit", (c) => {
      c.header("cache-control", "no-cache");
      const core = limits.state(c.get("actor"));
      const other = (limit: number) => ({ limit, used: 0, remaining: limit, reset: core.reset });
      const isAnonymous = c.get("actor").token === undefined;
      const resources = {
        core,
        graphql: other(isAnonymous ? 0 : 5000),
        integration_manifest: other(5000),
        search: other(isAnonymous ? 10 : 30),
      };
      return c.json({ resources, ...(c.get("version") === "2022-11-28" && { rate: core }) });
    });
}
