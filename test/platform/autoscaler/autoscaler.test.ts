import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Fixture, recordedLoads, toFixture } from "../../../bench/autoscale/model/recorded-loads.ts";
import { root } from "../../../harness/child.ts";
import { run } from "../../support/install.ts";
import { compile } from "./serving.ts";

/*
 * The decisions that bench/autoscale/model is compared with come from Knative's own autoscaler. `RECORD=1` writes them.
 */

const fixtures = join(import.meta.dirname, "fixtures");
const changed = join(root, ".cache/autoscaler/changed");
const decider = await compile();
if ("missing" in decider) console.warn(`LEFT OUT Knative's autoscaler: ${decider.missing}`);
const program = "program" in decider ? decider.program : undefined;

const decide = (folder: string, env: Record<string, string> = {}) =>
  run([program ?? "", "-test.v"], root, { FIXTURES: folder, ...env });

beforeAll(async () => {
  if (process.env["RECORD"] !== "1" || program === undefined) return;
  for (const each of recordedLoads)
    await writeFile(join(fixtures, `${each.name}.json`), `${JSON.stringify(toFixture(each))}\n`);
  const { ok, output } = await decide(fixtures, { RECORD: "1" });
  if (!ok) throw new Error(output);
});

test.skipIf(program === undefined)("Knative's autoscaler decides as recorded", async () => {
  const { ok, output } = await decide(fixtures);
  expect(ok, output.slice(-4000)).toBe(true);
  for (const { name } of recordedLoads) expect(output).toContain(`--- PASS: TestDecisions/${name}.json`);
});

test.skipIf(program === undefined)("a recording with another decision is noticed", async () => {
  await rm(changed, { recursive: true, force: true });
  await mkdir(changed, { recursive: true });
  const [name = ""] = await readdir(fixtures);
  await cp(join(fixtures, name), join(changed, name));
  const fixture = JSON.parse(await readFile(join(changed, name), "utf8")) as Fixture;
  fixture.decisions[100]![0]! += 1;
  await writeFile(join(changed, name), JSON.stringify(fixture));
  const { ok, output } = await decide(changed);
  expect(ok).toBe(false);
  expect(output).toContain("second 100");
});

test.skipIf(process.env["REQUIRE_ALL"] !== "1")("Knative's autoscaler can be compiled", () => {
  expect(decider).toHaveProperty("program");
});
