import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";
import { toConfig } from "../config/config.ts";
import { ConfigError } from "../config/parser.ts";
import type { Asset } from "../ports.ts";
import { fillIn } from "./page-config.ts";

const html = '<!doctype html><meta name="edge-gists" content="{}"><title>x</title>';

function toAsset(text: string, contentType: string): Asset {
  return { body: new TextEncoder().encode(text), contentType };
}

const files: Record<string, Asset> = {
  "index.html": toAsset(html, "text/html; charset=utf-8"),
  "docs.html": toAsset("<!doctype html>", "text/html; charset=utf-8"),
  "explorer-AB12CD34.js": toAsset("1", "text/javascript; charset=utf-8"),
  "highlight-AB12CD34.js.LEGAL.txt": toAsset("MIT", "text/plain"),
  "favicon.ico": toAsset("icon", "image/x-icon"),
};

function serve(env: Record<string, string> = {}) {
  return createService({
    env,
    ports: { asset: async (name) => (Object.hasOwn(files, name) ? files[name] : undefined) },
  });
}

const browser = { headers: { accept: "text/html" } };

/** The settings that the served document gives to its scripts. */
async function configOf(env: Record<string, string>): Promise<unknown> {
  const text = await (await serve(env).get("/", browser)).text();
  const content = /name="edge-gists" content="([^"]*)"/.exec(text)?.[1] ?? "";
  const entities: Record<string, string> = { "&quot;": '"', "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  return JSON.parse(content.replaceAll(/&\w+;/g, (entity) => entities[entity] ?? entity));
}

describe("the explorer's document", () => {
  test("gives its scripts the version, and nothing else by default", async () => {
    expect(await configOf({ GITHUB_TOKEN: "secret-token" })).toEqual({ version: "1.2.3" });
  });

  test("gives them the collector and the viewer if these are set", async () => {
    const env = { FARO_URL: "/collect?a=1&b=2", TRACE_VIEWER_URL: "https://traces.example/{trace_id}" };
    expect(await configOf(env)).toEqual({
      version: "1.2.3",
      faroUrl: env.FARO_URL,
      traceViewerUrl: env.TRACE_VIEWER_URL,
    });
  });

  test("cannot be broken out of by a setting", () => {
    const filled = fillIn(new TextEncoder().encode(html), { version: `"><script>$&$1</script>` });
    expect(new TextDecoder().decode(filled)).toBe(
      `<!doctype html><meta name="edge-gists" content="{&quot;version&quot;:&quot;\\&quot;&gt;&lt;script&gt;$&amp;$1&lt;/script&gt;&quot;}"><title>x</title>`,
    );
  });

  test("without a placeholder for the settings is an error, not a page without settings", async () => {
    const asset = async () => toAsset("<!doctype html>", "text/html");
    expect((await createService({ ports: { asset } }).get("/", browser)).status).toBe(500);
  });

  test("is revalidated each time, and sent if it changed", async () => {
    const { get } = serve();
    for (const path of ["/", "/docs"]) {
      const first = await get(path, browser);
      const etag = first.headers.get("etag") ?? "";
      expect(first.headers.get("cache-control")).toBe("no-cache");
      expect(etag).toMatch(/^W\/"[\da-f]{32}"$/);
      const again = await get(path, { headers: { ...browser.headers, "if-none-match": etag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe("");
      expect(again.headers.get("content-security-policy")).toBe(first.headers.get("content-security-policy"));
      expect((await get(path, { headers: { ...browser.headers, "if-none-match": 'W/"other"' } })).status).toBe(200);
    }
  });

  test("is read again if reading it failed", async () => {
    let fails = true;
    const { get } = createService({
      ports: {
        asset: async (name) => {
          if (fails) throw new Error("no such volume");
          return files[name];
        },
      },
    });
    expect((await get("/", browser)).status).toBe(500);
    fails = false;
    expect((await get("/", browser)).status).toBe(200);
  });
});

describe("a path that no route has", () => {
  const missing = '<!doctype html><a href="#top"></a><a href="docs"></a><script src="assets/x.js"></script>';
  const asset = async (name: string) => (name === "missing.html" ? toAsset(missing, "text/html") : undefined);
  const { get } = createService({ ports: { asset } });

  test.each([
    ["/a/b", "../"],
    ["/a/b/c/", "../../../"],
    ["/api/v3/a/b", "../"],
  ])("%s is a page for browsers, whose links begin with %s", async (path, up) => {
    const response = await get(path, browser);
    expect(response.status).toBe(404);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe(
      `<!doctype html><a href="#top"></a><a href="${up}docs"></a><script src="${up}assets/x.js"></script>`,
    );
  });

  test("is JSON without the file of the page", async () => {
    const response = await serve().get("/a/b", browser);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ status: "404" });
  });
});

describe("a further document", () => {
  const asset = async (name: string) =>
    name === "status.html" ? toAsset("<!doctype html>live", "text/html; charset=utf-8") : undefined;

  test("is served at its name with its policy, and costs GitHub nothing", async () => {
    const { get, github } = createService({ ports: { asset, documents: { status: "default-src 'none'" } } });
    for (const path of ["/status", "/api/v3/status"]) {
      const response = await get(path, browser);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe("<!doctype html>live");
      expect(response.headers.get("content-security-policy")).toBe("default-src 'none'");
      expect(response.headers.get("cache-control")).toBe("no-cache");
    }
    expect((await get("/status", { method: "POST" })).status).toBe(405);
    expect(github.calls).toEqual([]);
  });

  test("is not served where the runtime does not name it, although the file is there", async () => {
    const { get, github } = createService({ ports: { asset } });
    const response = await get("/status", browser);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ message: expect.any(String), status: "404" });
    expect(github.calls).toEqual([]);
  });
});

describe("the explorer's policy", () => {
  const policyOf = async (env: Record<string, string>) =>
    (await serve(env).get("/", browser)).headers.get("content-security-policy") ?? "";

  test("allows this origin, and lets no text become markup", async () => {
    const policy = await policyOf({});
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
        "img-src 'self' data: https:; connect-src 'self'; require-trusted-types-for 'script'; trusted-types worker",
    );
  });

  test.each([
    ["/collect", "connect-src 'self';"],
    ["https://faro.example:8443/collect/key?x=1", "connect-src 'self' https://faro.example:8443;"],
  ])("with the collector %s says: %s", async (url, wanted) => {
    expect(await policyOf({ FARO_URL: url })).toContain(wanted);
  });
});

describe("files", () => {
  test.each(["explorer-AB12CD34.js", "highlight-AB12CD34.js.LEGAL.txt"])("%s is immutable", async (name) => {
    const response = await serve().get(`/assets/${name}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  });

  test("without a hash in their names are cached for a day", async () => {
    expect((await serve().get("/favicon.ico")).headers.get("cache-control")).toBe("public, max-age=86400");
  });

  test.each(["index.html", "docs.html", "explorer.js"])("%s is not immutable", async (name) => {
    expect((await serve().get(`/assets/${name}`)).status).toBe(404);
  });
});

describe("settings", () => {
  test.each([
    "collect",
    "//elsewhere.example/x",
    "/\\elsewhere.example",
    "javascript:alert(1)",
    "https://user:pw@faro.example/",
    "https://a;b/",
    "/x#y",
  ])("FARO_URL %s is refused", (FARO_URL) => expect(() => toConfig({ FARO_URL })).toThrow(ConfigError));

  test.each(["https://traces.example/", "traces/{trace_id}", "javascript:{trace_id}", "data:text/html,{trace_id}"])(
    "TRACE_VIEWER_URL %s is refused",
    (TRACE_VIEWER_URL) => expect(() => toConfig({ TRACE_VIEWER_URL })).toThrow(ConfigError),
  );

  test("paths and URLs are kept unchanged", () => {
    const env = { FARO_URL: "http://faro.example/collect", TRACE_VIEWER_URL: "/grafana/explore?trace={trace_id}" };
    expect(toConfig(env)).toMatchObject(env);
  });
});
