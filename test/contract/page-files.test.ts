import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { shared } from "./support/shared.ts";

/**
 * Each runtime serves the same page: the same bytes, types and policy. So what the page does by itself is tested once, in
 * test/browser/page, and not once for each runtime.
 */

const folder = join(root, "dist/web");

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

test("each file of the pages arrives as it was built, with its type and policy", async () => {
  const names = (await readdir(folder)).filter((name) => extname(name) in types && name !== "robots.txt");
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const response = await shared.get(`/assets/${name}`);
    expect(response.status, name).toBe(200);
    expect(response.headers.get("content-type"), name).toBe(types[extname(name)]);
    expect(response.headers.get("content-security-policy"), name).toMatch(/^default-src 'none'; script-src 'self';/);
    const built = await readFile(join(folder, name));
    expect(Buffer.from(await response.arrayBuffer()).equals(built), name).toBe(true);
  }
});

/** What the policy lets in of the collector that the page's settings name: nothing of one at a path, or of none. */
function collectorOf(html: string): string {
  const content = /name="edge-gists" content="([^"]*)"/.exec(html)?.[1]?.replaceAll("&quot;", '"') ?? "";
  const { faroUrl = "" } = JSON.parse(content) as { faroUrl?: string };
  return URL.canParse(faroUrl) ? ` ${new URL(faroUrl).origin}` : "";
}

test.each(["/", "/?user=octocat", "/?gist=aa5a315d61ae9438b18d"])(
  "the document of %s is the built one, with its own address and settings in it",
  async (path) => {
    const response = await shared.get(path, { headers: { accept: "text/html" } });
    const html = await response.text();
    expect(response.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'; " +
        "frame-ancestors 'none'; img-src 'self' data: https:; connect-src 'self'" +
        `${collectorOf(html)}; ` +
        "require-trusted-types-for 'script'; trusted-types worker",
    );
    const built = await readFile(join(folder, "index.html"), "utf8");
    // All that is between the placeholders, in its order.
    let rest = html;
    for (const part of built.split(/\{(?:root|title|links|)\}/)) {
      const at = rest.indexOf(part);
      expect(at, `${part.slice(0, 80)} in ${rest.slice(0, 200)}`).toBeGreaterThanOrEqual(0);
      expect(rest.slice(0, at), "what is filled in").not.toMatch(/<(?!a |\/a>)/);
      rest = rest.slice(at + part.length);
    }
    expect(rest).toBe("");
  },
);
