import { describe, expect, onTestFinished, test, vi } from "vitest";
import config from "../../vitest.config.ts";
// @ts-expect-error: a script, without types
import { readProjects, select } from "./groups.mjs";

interface Group {
  name: string;
  files?: string[];
  needsBuild?: boolean;
}

const groups: Group[] = [
  { name: "lint" },
  { name: "unit", files: ["functions/core/http/cors.test.ts", "functions/node/redis.test.ts"] },
  { name: "contract-node", files: ["test/contract/cors.test.ts", "test/contract/health.test.ts"] },
  { name: "contract-worker", files: ["test/contract/cors.test.ts", "test/contract/health.test.ts"] },
  { name: "redis", files: ["test/resilience/redis/herd.test.ts"] },
];

/** What is chosen, as `name: files`. */
const choose = (...patterns: string[]) =>
  (select(groups, patterns) as Group[]).map(({ name, files = [] }) => [name, ...files.map((file) => file.slice(-20))]);
const names = (...patterns: string[]) => choose(...patterns).map(([name]) => name);

describe("patterns of npm test", () => {
  test("none means everything", () => {
    expect(select(groups, [])).toEqual(groups);
  });

  test.each([
    [["contract-node"], ["contract-node"]],
    [["contract"], ["contract-node", "contract-worker"]],
    [
      ["lint", "redis"],
      ["lint", "redis"],
    ],
  ])("%j are groups", (patterns, expected) => {
    expect(names(...patterns)).toEqual(expected);
    expect(choose(...patterns).flat()).toEqual(
      (select(groups, expected) as Group[]).flatMap(({ name, files = [] }) => [
        name,
        ...files.map((file) => file.slice(-20)),
      ]),
    );
  });

  test.each(["cors", "CORS.test", "./test/contract/cors.test.ts", "test/contract"])(
    "%s is a part of a path, in each group that has it",
    (pattern) => {
      expect(names(pattern)).toEqual(
        pattern.includes("/") ? ["contract-node", "contract-worker"] : ["unit", "contract-node", "contract-worker"],
      );
      for (const [, ...files] of choose(pattern).filter(([name]) => name === "contract-node"))
        expect(files).toHaveLength(pattern === "test/contract" ? 2 : 1);
    },
  );

  test("several parts are more files, not fewer", () => {
    expect(choose("cors", "herd").map(([, ...files]) => files.length)).toEqual([1, 1, 1, 1]);
  });

  test("a group and a part are the files of that group", () => {
    expect(names("contract-node", "cors")).toEqual(["contract-node"]);
    expect(choose("contract-node", "cors").flat()).toHaveLength(2);
  });

  test("one that nothing matches is an error, whatever the others match", () => {
    expect(() => select(groups, ["cors", "corz"])).toThrow(/"corz" in its path[^]*Groups: lint, unit, contract-node/);
    expect(() => select(groups, ["redis", "cors"])).toThrow('no test file of redis has "cors"');
  });
});

test("the groups are vitest's projects, each with files; those that start bundles need a build", () => {
  const projects = readProjects(config) as Required<Group>[];
  expect(projects.filter(({ files }) => files.length === 0)).toEqual([]);
  const needsBuild = Object.fromEntries(projects.map((project) => [project.name, project.needsBuild]));
  expect(needsBuild).toMatchObject({ unit: false, "unit-isolated": false, "contract-worker": true, redis: true });
  const unit = projects.filter(({ name }) => name.startsWith("unit")).flatMap(({ files }) => files);
  expect(new Set(unit).size, "no file twice").toBe(unit.length);
  expect(unit).toContain("scripts/test/groups.test.ts");
});

test("npm run e2e has its project of the contract suite, and nobody else", async () => {
  const projects = (of: typeof config) => (of.test?.projects ?? []).map((one) => (one as { test: Group }).test.name);
  expect(projects(config)).not.toContain("contract-gateway");
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("GATEWAY_URL", "https://edge-gists.example");
  vi.resetModules();
  const { default: ofCluster } = await import("../../vitest.config.ts");
  expect(projects(ofCluster)).toContain("contract-gateway");
});
