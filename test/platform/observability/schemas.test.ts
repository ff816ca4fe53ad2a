import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { dashboards } from "../../../observability/dashboards/all.ts";
import { hasAll } from "../../../scripts/needs.mjs";
import { dashboardFolder } from "../../../scripts/observability.mjs";

/** A copy with one field changed, by its path. */
function changed(path: readonly (string | number)[], value: unknown): object {
  const copy = structuredClone(dashboards[0]!) as any;
  const owner = path.slice(0, -1).reduce((inner, key) => inner[key], copy);
  owner[path.at(-1)!] = value;
  return copy;
}

// The second panel: the first one is the heading of a row.
const wrong = {
  "an option that no panel has": changed(["panels", 1, "options", "colourMode"], "value"),
  "a value that an option does not have": changed(["panels", 1, "options", "wideLayout"], "yes"),
  "an option that is missing": changed(["panels", 1, "options", "textMode"], undefined),
  "a field of a query that its datasource does not have": changed(["panels", 1, "targets", 0, "expression"], "up"),
  "a field of a panel's fields that Grafana does not have": changed(
    ["panels", 1, "fieldConfig", "defaults", "units"],
    "s",
  ),
  "a title that is no text": changed(["title"], 1),
  "a kind of time zone that is no text": changed(["timezone"], 1),
};

describe.runIf(hasAll("Grafana's schemas of dashboards", ["go"]))("Grafana's schemas", () => {
  const all = [...dashboards, ...Object.values(wrong)];
  let faults: string[][];

  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync("go", ["run", "."], {
      cwd: join(root, "test/platform/observability/dashboard-schema"),
      input: JSON.stringify(all),
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    if (status !== 0) throw new Error(stderr);
    faults = JSON.parse(stdout) as string[][];
  });

  test.each(dashboards.map(({ title }, at) => [title, at] as const))("accept %s", (_, at) => {
    expect(faults[at]).toEqual([]);
  });

  test.each(Object.keys(wrong).map((name, at) => [name, dashboards.length + at] as const))("refuse %s", (_, at) => {
    expect(faults[at]).not.toEqual([]);
  });
});

const { DASHBOARD_LINTER } = process.env;
// Its module has a `replace`, for which `go install` refuses it.
if (!DASHBOARD_LINTER)
  console.warn("LEFT OUT dashboard-linter: need it, built from its sources and named in DASHBOARD_LINTER");

test.runIf(DASHBOARD_LINTER).each(dashboards.map(({ uid }) => uid))("dashboard-linter accepts %s", (uid) => {
  const config = join(root, "observability/dashboards/.lint");
  const file = join(root, dashboardFolder, `${uid}.json`);
  const { status, stdout } = spawnSync(DASHBOARD_LINTER!, ["lint", "--strict", "-c", config, file], {
    encoding: "utf8",
  });
  expect(status, stdout).toBe(0);
});
