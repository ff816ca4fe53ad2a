import { describe, expect, test } from "vitest";
import { read } from "../../docs/generate/markdown.ts";
import { filesOf } from "./documents.ts";

/** Where such words are no placeholders: this test, the page that lists them, and GitHub's own values. */
const exempt = new Set([
  "test/docs/adopting.test.ts",
  "docs/adopting.md",
  "package-lock.json",
  "stand-in/github-openapi.json",
]);

/** Words that a reader would have to replace. */
const placeholders = [
  /\b(?:OWNER|ORG|YOUR[_-]\w+|CHANGEME)\b/,
  /\bghcr\.io\/(?:owner|your-\w+|example)\//,
  /\bgithub\.com\/(?:owner|your-\w+|example|USER)\//,
  /@(?:owner|your-\w+)\b/,
];

/** GitHub says OWNER of the author of a comment. */
const isGitHubs = (line: string) => line.includes("author_association") || /"OWNER",? "?(?:MEMBER|NONE)/.test(line);

function placeholdersIn(text: string): string[] {
  return text.split("\n").filter((line) => !isGitHubs(line) && placeholders.some((pattern) => pattern.test(line)));
}

test("no file has a placeholder that could be read as real", () => {
  const files = filesOf().filter((path) => !exempt.has(path) && !/\.(?:png|ico|svg|gz)$/.test(path));
  expect(files.length).toBeGreaterThan(500);
  const found = files.flatMap((path) => placeholdersIn(read(path)).map((line) => `${path}: ${line.trim()}`));
  expect(found).toEqual([]);
});

test("package.json links to no address that does not exist", () => {
  const { repository, homepage, bugs } = JSON.parse(read("package.json")) as Record<string, unknown>;
  const links = JSON.stringify([repository, homepage, bugs]);
  expect(placeholdersIn(links)).toEqual([]);
  expect(links).not.toMatch(/example\.(?:com|org)/);
});

describe("docs/adopting.md", () => {
  const page = read("docs/adopting.md");

  test("names settings and files that exist", () => {
    expect(page).toContain("`.github/CODEOWNERS`");
    const variables = read("terraform/platform/variables.tf");
    for (const [, list = ""] of page.matchAll(/Terraform ((?:`\w+`(?:, | and )?)+)/g))
      for (const [, name = ""] of list.matchAll(/`(\w+)`/g)) expect(variables).toContain(`variable "${name}"`);
    expect(read("observability/chart/values.yaml")).toMatch(/^alerts:\n(?: .*\n)*? {2}receivers:/m);
    expect(read("observability/chart/values.yaml")).toMatch(/^ {2}runbooks: /m);
  });
});

test("placeholders are found", () => {
  for (const line of ["ghcr.io/OWNER/edge-gists", "ghcr.io/owner/edge-gists:1.0.0", "# * @owner", "CHANGEME"])
    expect(placeholdersIn(line)).toEqual([line]);
  for (const line of ['author_association: "OWNER"', "the owner of the repository", "ghcr.io/$owner/edge-gists"])
    expect(placeholdersIn(line)).toEqual([]);
});
