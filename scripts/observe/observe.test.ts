import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../harness/free-port.ts";
import { listens } from "../../test/resilience/support/process-group.ts";
// @ts-expect-error: a script, without types
import { isRunning, lackOfCompose, toGitHub } from "./compose.mjs";
// @ts-expect-error: a script, without types
import { makeFolder } from "./folder.mjs";
// @ts-expect-error: a script, without types
import { findProgram } from "./found.mjs";
// @ts-expect-error: a script, without types
import { alloyFile, lokiFile, prometheusFile, tempoFile } from "./native-files.mjs";
// @ts-expect-error: a script, without types
import { needsCluster, watchPanels } from "./panels.mjs";
// @ts-expect-error: a script, without types
import { readSettings } from "./settings.mjs";
// @ts-expect-error: a script, without types
import { toPanelTable, toSummary, toText } from "./table.mjs";
// @ts-expect-error: a script, without types
import { findSilent, waitForData } from "./wait.mjs";

const folder = mkdtempSync(join(tmpdir(), "edge-gists-observe-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["sum(rate(http_requests_total[5m]))", false],
  ["sum(rate(istio_requests_total[5m]))", true],
  ["sum(rate(traces_spanmetrics_calls_total[5m])) / sum(rate(faro_receiver_events_total[5m]))", false],
  ['slo:errors:ratio_rate1h{slo="availability"}', true],
  ['slo:errors:ratio_rate1h{slo="freshness"}', false],
  ['{service_name="istio-ingressgateway"} | json', true],
  ['{service_name="edge-gists"} | json', false],
])("%s needs a cluster: %s", (expr, is) => {
  expect(needsCluster(expr)).toBe(is);
});

test("panels of a store that is not here are named, and not waited for", () => {
  const url = "http://127.0.0.1:9";
  const all = watchPanels({ mimir: url });
  const whole = watchPanels({ mimir: url, loki: url, tempo: url, alloy: url });
  expect(all.possible.length).toBeGreaterThan(20);
  expect(whole.possible.length).toBeGreaterThan(all.possible.length);
  expect(toSummary(all.dashboards)).toMatch(/logs +\d need Loki/);
  // The metrics of spans are Tempo's.
  expect(toPanelTable(all.dashboards)).toMatch(/Who calls whom\? +needs Tempo/);
  expect(toSummary(whole.dashboards)).not.toMatch(/need Loki/);
});

test.each([
  [0.0123, "s", "12.3 ms"],
  [90, "s", "1.5 min"],
  [0.5, "percentunit", "50 %"],
  [2_500_000, "bytes", "2.5 MB"],
  [0, "bytes", "0 B"],
  [1.234, "reqps", "1.23/s"],
  [1, "bool_yes_no", "yes"],
])("%s in %s is %s", (number, unit, text) => {
  expect(toText(number, unit)).toBe(text);
});

test("a table tells data, waiting and what is needed apart", () => {
  const panels = [
    { title: "One", state: "data", value: 2, unit: "short" },
    { title: "Two", state: "waiting", detail: "nothing yet" },
    { title: "Three", state: "without", needs: "a cluster" },
  ];
  const dashboards = [{ uid: "all", title: "All", panels }];
  expect(toPanelTable(dashboards)).toMatch(/\+ One +2\n.*! Two +no data yet: nothing yet\n.*Three +needs a cluster/);
  expect(toSummary(dashboards, "http://localhost:3000")).toBe(
    "  All   1 of 2 panels have data, 1 needs a cluster\n        http://localhost:3000/d/all",
  );
});

test("waits until no panel waits, and no longer than it may", async () => {
  const counts = [2, 1, 0];
  const tell = () => undefined;
  const panels = { possible: [1, 2], look: () => Promise.resolve(counts.shift()) };
  expect(await waitForData(panels, { seconds: 5, step: 1, tell })).toBe(true);
  const stuck = { possible: [1], look: () => Promise.resolve(1) };
  expect(await waitForData(stuck, { seconds: 0, step: 1, tell })).toBe(false);
});

test("those that do not answer are named", async () => {
  const server = createServer((request, response) => void response.writeHead(request.url === "/bad" ? 500 : 200).end());
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await findSilent({ good: `${url}/good`, bad: `${url}/bad` }, { seconds: 0.1 })).toEqual(["bad"]);
  server.close();
});

describe("without Docker", () => {
  const names = `mimir loki lokiGrpc tempo tempoGrpc tempoOtlp tempoOtlpGrpc alloy otlp otlpGrpc collector metrics`;
  const ports = Object.fromEntries(names.split(" ").map((name, index) => [name, 20_001 + index]));
  const place = { folder: "/somewhere", ports, isNew: true, hasAlloy: true };

  test.each([
    ["Loki", lokiFile],
    ["Tempo", tempoFile],
    ["Alloy", alloyFile],
  ])("%s listens on loopback, and calls the others there", (_, toFile) => {
    const text = toFile(place) as string;
    expect(text).not.toMatch(/svc\.cluster\.local|0\.0\.0\.0|:(?:3100|3200|4317|4318|8080|9464|12347)\b/);
    expect(text).toMatch(/127\.0\.0\.1/);
    expect(text).toContain("/somewhere");
  });

  test("Prometheus scrapes where there is no Alloy, and knows OTLP where it is new", () => {
    expect(parse(prometheusFile(place))).toMatchObject({
      otlp: { promote_resource_attributes: expect.arrayContaining(["service.name"]) },
    });
    expect(parse(prometheusFile(place))).not.toHaveProperty("scrape_configs");
    const alone = parse(prometheusFile({ ...place, hasAlloy: false, isNew: false }));
    expect(alone).not.toHaveProperty("otlp");
    expect(alone.scrape_configs[0].static_configs[0].targets).toEqual([`127.0.0.1:${ports["metrics"]}`]);
    expect(alone.rule_files.length).toBeGreaterThan(2);
  });

  test("programs are found in the named folders before PATH", () => {
    const program = join(folder, "node");
    writeFileSync(program, "", { mode: 0o755 });
    expect(findProgram("node", { OBSERVE_PROGRAMS: folder, PATH: process.env["PATH"] })).toBe(program);
    expect(findProgram("node", { PATH: folder })).toBe(program);
    expect(findProgram("no-such-program", { OBSERVE_PROGRAMS: folder })).toBeUndefined();
  });
});

describe("with Docker", () => {
  test("one sentence says what is missing, and what does without", () => {
    const text = lackOfCompose(join(folder, "no-docker")) as string;
    expect(text).toMatch(/compose.*--native/);
    expect(text).not.toMatch(/\n/);
  });

  test("GitHub itself is asked rarely without a token, and with the caller's", () => {
    expect(toGitHub({})).toMatchObject({
      OBSERVE_GITHUB_TOKEN: "",
      OBSERVE_CACHE_TTL_SECONDS: "600",
      OBSERVE_STAND_IN: "",
    });
    expect(toGitHub({ GITHUB_TOKEN: "mine" })).toMatchObject({ OBSERVE_GITHUB_TOKEN: "mine" });
  });

  test("ports and variables are those of compose.yaml", () => {
    const text = readFileSync(join(import.meta.dirname, "../../observability/compose.yaml"), "utf8");
    const usual = Object.fromEntries(
      [...text.matchAll(/127\.0\.0\.1:\$\{(\w+):-(\d+)\}/g)].map(([, name, port]) => [name, Number(port)]),
    );
    const { service, grafana, mimir, loki, tempo, collector } = readSettings({});
    expect(usual).toEqual({
      PORT: service,
      GRAFANA_PORT: grafana,
      MIMIR_PORT: mimir,
      LOKI_PORT: loki,
      TEMPO_PORT: tempo,
      COLLECTOR_PORT: collector,
    });
    for (const name of Object.keys(toGitHub({}))) expect(text).toContain(`\${${name}`);
  });
});

test("the log goes to the output and to the file, and the program's code is kept", () => {
  const [file, script] = [join(folder, "service.log"), join(folder, "speak.cjs")];
  writeFileSync(script, 'console.log("a line"); process.exitCode = 3;');
  const { stdout, status } = spawnSync(process.execPath, [join(import.meta.dirname, "log-file.mjs"), file, script]);
  expect(String(stdout)).toBe("a line\n");
  expect(readFileSync(file, "utf8")).toBe("a line\n");
  expect(status).toBe(3);
});

describe("a program that runs below another", () => {
  const here = (name: string) => join(import.meta.dirname, name);

  test("says its last lines where it ends: its log is removed", () => {
    const command = join(folder, "ends");
    writeFileSync(command, "#!/bin/sh\necho the reason\nexit 3\n", { mode: 0o755 });
    const PROGRAM = JSON.stringify({ command, args: [], log: join(folder, "ends.log"), url: "http://127.0.0.1:1" });
    const { stderr, status } = spawnSync(process.execPath, [here("program.mjs")], { env: { ...process.env, PROGRAM } });
    expect([String(stderr), status]).toEqual([`the reason\n${command} ended (code 3)\n`, 1]);
  });

  test.each([
    ["program.mjs", []],
    ["log-file.mjs", [join(folder, "lasting.log"), join(folder, "lasting.cjs")]],
  ])("ends where %s is killed", async (script, args) => {
    const port = await freePort();
    writeFileSync(join(folder, "lasting.cjs"), `require("node:net").createServer().listen(${port}, "127.0.0.1");`);
    const PROGRAM = JSON.stringify({
      command: process.execPath,
      args: [join(folder, "lasting.cjs")],
      log: join(folder, "lasting.log"),
      url: "http://127.0.0.1:1",
    });
    const endWithParent = pathToFileURL(here("../programs/end-with-parent.mjs")).href;
    const child = spawn(process.execPath, ["--import", endWithParent, here(script), ...args], {
      env: { ...process.env, PROGRAM },
    });
    await expect.poll(() => listens(port), { timeout: 20_000 }).toBe(true);
    child.kill("SIGKILL");
    await expect.poll(() => listens(port), { timeout: 20_000 }).toBe(false);
  });
});

const observe = join(import.meta.dirname, "../observe.mjs");

test.each([
  [["--down", "--native"], {}, "--down goes with no other option, and not with --native."],
  [["--once", "--down"], {}, "--down goes with no other option, and not with --once."],
  [["--native"], { RATE: "-1" }, 'RATE is a whole number from 1 to 50, not "-1".'],
  [["--native"], { PORT: "abc" }, 'PORT is a whole number from 1 to 65535, not "abc".'],
  [[], { GRAFANA_PORT: "99999" }, 'GRAFANA_PORT is a whole number from 1 to 65535, not "99999".'],
  [[], { PORT: "3000" }, "PORT and GRAFANA_PORT are both 3000."],
])("%j with %j starts nothing, and says why", (args, env, text) => {
  // No programs are on its PATH.
  const { stderr, status } = spawnSync(process.execPath, [observe, ...args], { env: { PATH: folder, ...env } });
  expect([String(stderr), status]).toEqual([`${text}\n`, 2]);
});

test("without Docker, the ports of containers are not read", () => {
  expect(readSettings({ GRAFANA_PORT: "x", RATE: "50" }, { native: true })).toEqual({ service: 8080, rate: 50 });
  expect(() => readSettings({ RATE: "1e9" })).toThrow("RATE");
  expect(() => readSettings({ TEMPO_PORT: "0" })).toThrow("TEMPO_PORT");
});

test("Ctrl+C while the containers start ends that, and then removes them", async () => {
  const [docker, log] = [join(folder, "slow-docker"), join(folder, "docker.log")];
  writeFileSync(
    docker,
    `#!/bin/sh
case "$*" in
*" up "*) echo up >> ${log}; trap 'echo ended >> ${log}; exit 130' INT; for n in 1 2 3 4 5 6 7 8 9; do sleep 0.3; done; echo started >> ${log} ;;
*" down "*) echo down >> ${log} ;;
esac
`,
    { mode: 0o755 },
  );
  const child = spawn(process.execPath, [observe, "--no-open"], { env: { ...process.env, DOCKER: docker } });
  await expect.poll(() => existsSync(log), { timeout: 60_000 }).toBe(true);
  child.kill("SIGINT");
  const [code] = await once(child, "exit");
  expect([readFileSync(log, "utf8"), code]).toEqual(["up\nended\ndown\n", 0]);
});

test("a stack that runs is noticed", () => {
  const docker = join(folder, "docker");
  const answer = (text: string) => writeFileSync(docker, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  answer('case "$*" in *"ps --quiet") echo 0123;; esac');
  expect(isRunning(docker)).toBe(true);
  answer("exit 0");
  expect(isRunning(docker)).toBe(false);
});

test("the folder of a process that is gone is removed, and no other", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  const parent = join(folder, "temporary");
  const make = (name: string, owner?: number) => {
    const path = join(parent, name);
    mkdirSync(path, { recursive: true });
    if (owner !== undefined) writeFileSync(join(path, "pid"), String(owner));
    return path;
  };
  const gone = make("edge-gists-observe-aaaaaa", pid);
  const kept = [
    make("edge-gists-observe-bbbbbb", process.pid),
    make("edge-gists-observe-cccccc"),
    make("something-else-aaaaaa", pid),
  ];
  const own = makeFolder(parent) as string;
  expect(existsSync(gone)).toBe(false);
  expect([...kept, own].filter((path) => !existsSync(path))).toEqual([]);
  expect(readFileSync(join(own, "pid"), "utf8")).toBe(String(process.pid));
});
