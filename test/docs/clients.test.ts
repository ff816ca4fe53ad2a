import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { clients } from "../../docs/generate/client-matrix.ts";
import { clientsPath, renderClients } from "../../docs/generate/clients.ts";
import { at, read } from "../../docs/generate/markdown.ts";
import { recipes } from "../clients/recipes.ts";

const page = read(clientsPath);

describe("docs/clients.md", () => {
  test("is what the matrix and the snippets say (npm run docs clients)", () => {
    expect(page).toBe(renderClients(page));
  });

  test("has every snippet that the tests run, byte for byte", () => {
    const blocks = new Set([...page.matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, block]) => block));
    const snippets = readdirSync(at("test/clients"), { recursive: true, encoding: "utf8" }).filter(
      (path) => /(?:^|\/)snippet\.\w+$/i.test(path) || path.endsWith("snippet/main.go"),
    );
    // The two releases of Octokit run the same one.
    expect(snippets).toHaveLength(clients.length - 1);
    expect(snippets.filter((path) => !blocks.has(read(`test/clients/${path}`)))).toEqual([]);
  });

  test("has a section for each client that is tested", () => {
    expect(clients.map(({ name }) => name).toSorted()).toEqual(Object.keys(recipes).toSorted());
    expect(clients.filter(({ title }) => !page.includes(`\n### ${title}\n`))).toEqual([]);
  });
});
