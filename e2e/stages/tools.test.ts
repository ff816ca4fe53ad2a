import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import { type Answers, fakeSettings, runStage } from "../support/fake.ts";
import { tools } from "./tools.ts";

const { settings, remove } = fakeSettings();
afterAll(remove);
const there: Answers = [[/./, "v1"]];

test("with all programs present there is nothing to report", async () => {
  await expect(runStage(tools, settings, there)).resolves.toBeDefined();
});

test("every missing program is named, with its source", async () => {
  const answers: Answers = [...there, [/^docker/, 1], [/^terraform/, 1]];
  await expect(runStage(tools, settings, answers)).rejects.toThrow(/docker.*docs\.docker\.com[^]*terraform.*hashicorp/);
});

test("another's cluster needs neither docker nor kind", async () => {
  const answers: Answers = [
    [/^kubectl/, "v1"],
    [/^terraform/, "v1"],
  ];
  await expect(runStage(tools, { ...settings, isOurs: false }, answers)).resolves.toBeDefined();
});

test("a port that is taken is refused, unless by the run's own cluster", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const taken = { ...settings, gateway: { ...settings.gateway, https: port } };
  await expect(runStage(tools, taken, there)).rejects.toThrow(
    `port ${port} is taken: another goes into TF_VAR_https_port`,
  );
  await runStage(tools, taken, [...there, [/kind get clusters/, "edge-gists-e2e\n"]]);
  server.close();
});
