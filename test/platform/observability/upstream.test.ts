import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import { read } from "../support/files.ts";
import { render } from "./chart.ts";

const { dependencies } = parse(read("observability/chart/Chart.yaml"));
const values = parse(read("observability/chart/values.yaml"));

/** Paths of all values below one. */
function leaves(value: unknown, path: string[]): string[][] {
  return value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))
    : [path];
}

// One of a list: any word that the chart does not know means the file system to it.
const ofAList: Record<string, unknown> = { "loki.loki.storage.type": "s3" };

function otherThan(value: any): unknown {
  return { boolean: !value, number: value + 1, string: `${value}x`, object: value === null ? 1 : [] }[typeof value];
}

/** With the upstream charts: what the values say to them is something that they know. */
describe.runIf(inject("isWhole"))("the upstream charts", () => {
  let usual: string;
  beforeAll(() => {
    usual = render("full").stdout;
  });

  test("Grafana knows where people open it", () => {
    const { stdout } = render("small", "--set", "global.domain=example.test");
    expect(stdout).toMatch(/root_url = https:\/\/grafana\.example\.test\/\n/);
    const other = render("small", "--set", "global.domain=example.test,global.portSuffix=:8443").stdout;
    expect(other).toMatch(/root_url = https:\/\/grafana\.example\.test:8443\/\n/);
  });

  for (const { name } of dependencies)
    for (const path of leaves(values[name] ?? {}, [name]))
      test(`${path.join(".")} has its effect`, () => {
        const folder = mkdtempSync(join(tmpdir(), "edge-gists-values-"));
        onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
        const before = path.reduce((inner, key) => inner[key], values);
        const changed = ofAList[path.join(".")] ?? otherThan(before);
        const other = path.toReversed().reduce((inner, key) => ({ [key]: inner }), changed);
        writeFileSync(join(folder, "other.json"), JSON.stringify(other));
        const { ok, stdout } = render("full", "-f", join(folder, "other.json"));
        expect(ok && stdout === usual, "the output is the same with another value").toBe(false);
      });
});
