import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { createClient } from "../../stand-in/client.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { runtime, type Service, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

const api = "https://api.github.com";

async function read(service: Service, path: string, init?: RequestInit) {
  const response = await service.get(path, init);
  return { response, text: await response.text(), link: response.headers.get("link") ?? "" };
}

/** Every URL of a member that is named `url` or `*_url`. */
function urlsOf(text: string): string[] {
  const urls: string[] = [];
  JSON.parse(text, (name, value: unknown) => {
    if (/(?:^|_)url$/.test(name) && typeof value === "string") urls.push(value);
    return value;
  });
  return urls;
}

describe("under /api/v3, as clients of GitHub Enterprise Server ask", () => {
  test.skipIf(runtime === "gateway")("links keep the prefix", async () => {
    const since = freshSince();
    const { response, link } = await read(shared, `/api/v3/users/octocat/gists?since=${since}&per_page=50`);
    expect(response.status).toBe(200);
    expect(link).toContain(`<${shared.url}/api/v3/users/octocat/gists?`);
    const { link: plain } = await read(shared, `/users/octocat/gists?since=${since}&per_page=50`);
    expect(plain, "one entry serves both").toContain(`<${shared.url}/users/octocat/gists?`);
  });

  test.skipIf(runtime === "gateway")("URLs in bodies lead back, and nothing else changes", async () => {
    const { text } = await read(shared, `/gists/${notable.talkative}`);
    expect(urlsOf(text).some((url) => url.startsWith(api))).toBe(true);
    for (let turn = 1; turn <= 3; turn += 1) {
      const { response, text: rewritten } = await read(shared, `/api/v3/gists/${notable.talkative}`);
      expect(response.headers.get("cache-status"), String(turn)).toContain("hit");
      expect(rewritten).toBe(text.replaceAll(`"${api}`, `"${shared.url}/api/v3`));
      const own = urlsOf(rewritten).filter((url) => url.startsWith(shared.url));
      expect(own).toContain(`${shared.url}/api/v3/gists/${notable.talkative}/comments`);
    }
  });

  test("a URL of a body is served", async () => {
    const { text } = await read(shared, `/api/v3/gists/${notable.talkative}`);
    const { pathname } = new URL((JSON.parse(text) as { comments_url: string }).comments_url);
    const { response } = await read(shared, pathname);
    expect(response.status).toBe(200);
  });

  test.skipIf(runtime === "gateway")("validators are each form's own", async () => {
    const path = `/gists/${notable.forked}`;
    const tag = async (at: string) => (await shared.get(at)).headers.get("etag") ?? "";
    const [plain, rewritten] = [await tag(path), await tag(`/api/v3${path}`)];
    expect(rewritten).toMatch(/^W\/"[\da-f]{32}"$/);
    expect(rewritten).not.toBe(plain);
    const status = async (at: string, etag: string) =>
      (await shared.get(at, { headers: { "if-none-match": etag } })).status;
    expect(await status(`/api/v3${path}`, rewritten)).toBe(304);
    expect(await status(`/api/v3${path}`, plain)).toBe(200);
    expect(await status(path, rewritten)).toBe(200);
  });

  test.skipIf(runtime === "gateway")(
    "links that are paths are followed by clients that join them with the base URL",
    async () => {
      const headers = ["Host: gists.example"];
      let target = `/api/v3/users/octocat/gists?since=${freshSince()}&per_page=30`;
      for (let page = 1; page <= 3; page += 1) {
        const response = await shared.raw({ target, headers });
        expect(response.status, target).toBe(200);
        const [, next = ""] = /<([^>]+)>; rel="next"/.exec(response.header("link") ?? "") ?? [];
        // On Workers the host is known, and links are absolute.
        expect(next.replace("http://gists.example", "")).toMatch(/^\/api\/v3\/users\/octocat\/gists\?/);
        target = `/api/v3${next.replace("http://gists.example", "")}`;
      }
    },
  );

  test("errors are GitHub's", async () => {
    const { response, text } = await read(shared, `/api/v3/users/${freshName()}/gists`);
    expect(response.status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ message: "Not Found", status: "404" });
  });

  test.each(["/api/v3", "/api/v3/"])("%s lists URLs", async (path) => {
    const { response, text } = await read(shared, path, { headers: { accept: "application/json" } });
    expect(response.status).toBe(200);
    expect((JSON.parse(text) as { rate_limit_url: string }).rate_limit_url).toMatch(/\/api\/v3\/rate_limit$/);
  });
});

test.each(["//users/octocat/gists", "/api/v3//users/octocat/gists", "///api/v3/users/octocat/gists"])(
  "slashes at the end of a base URL do no harm: %s",
  async (path) => {
    const response = await shared.raw({ target: `${path}?since=${freshSince()}` });
    expect(response.status).toBe(200);
    expect(response.header("link")).toMatch(/^<(?:https?:\/\/[^/]+)?(?:\/api\/v3)?\/users\/octocat\/gists\?/);
  },
);

test.each([
  "POST /graphql",
  "POST /api/graphql",
  "GET /gists/starred/x/y",
  "GET /gists/starred",
  `GET /gists/${notable.forked}/star`,
  "POST /gists",
  "GET /user",
  "GET /login/oauth",
])("%s says what the service is for, and costs no call", async (request) => {
  const [method = "", path = ""] = request.split(" ");
  const { response, text } = await read(shared, path, { method });
  expect([404, 405]).toContain(response.status);
  expect((JSON.parse(text) as { message: string }).message).toMatch(/public gists/);
});

describe("words that are GitHub's", () => {
  const service = useService();
  test.each(["meta", "zen", "graphql", "versions", "api", "orgs", "emojis", "login", "user", "notifications"])(
    "/%s costs no call",
    async (word) => {
      await service.get(`/${word}`);
      expect((await createClient(service.github).calls()).map(({ path }) => path)).toEqual([]);
    },
  );
});

describe("with PUBLIC_URL=https://gists.example/cache", () => {
  const service = useService({ PUBLIC_URL: "https://gists.example/cache", REWRITE_BODY_URLS: "on" });

  test.each(["/users/octocat/gists", "/cache/users/octocat/gists"])("%s is served, and leads to it", async (path) => {
    const { response, text, link } = await read(service, `${path}?per_page=2`);
    expect(response.status).toBe(200);
    expect(link).toContain("<https://gists.example/cache/users/octocat/gists?");
    expect(urlsOf(text)).toContain("https://gists.example/cache/users/octocat");
    expect(text).not.toContain(`"${api}`);
  });

  test("the enterprise prefix comes behind it", async () => {
    const { link, text } = await read(service, "/cache/api/v3/users/octocat/gists?per_page=2");
    expect(link).toContain("<https://gists.example/cache/api/v3/users/octocat/gists?");
    expect(urlsOf(text)).toContain("https://gists.example/cache/api/v3/users/octocat");
  });

  test.each(["/", "/cache/", "/cache/api/v3/"])("the page at %s names its files relative to itself", async (path) => {
    const { response, text } = await read(service, path, { headers: { accept: "text/html" } });
    expect(response.status).toBe(200);
    const files = [...text.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) expect((await service.get(`${path}${file}`)).status, file).toBe(200);
    expect(text).not.toMatch(/(?:src|href|action)="\//);
  });

  test("the page without a slash leads to the one with it", async () => {
    const { response } = await read(service, "/cache?user=octocat", { headers: { accept: "text/html" } });
    expect(response.status).toBe(308);
    expect(new URL(response.headers.get("location") ?? "", `${service.url}/cache`).href).toBe(
      `${service.url}/cache/?user=octocat`,
    );
  });

  test("a path that begins in the same way is another", async () => {
    expect((await service.get("/cachet")).status).toBe(404);
    expect((await createClient(service.github).calls()).at(-1)?.path).toBe("/users/cachet/gists");
  });
});
