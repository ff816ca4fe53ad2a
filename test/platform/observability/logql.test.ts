import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { backends } from "../../../scripts/observability/ask.mjs";
import { examples, panels, runbookQueries, withVariables } from "../../../scripts/observability/queries.mjs";
import { type Loki, startLoki } from "./loki.ts";

const queries = [
  ...panels.flatMap(({ name, panel }) =>
    panel.targets
      .filter(({ datasource }) => datasource.uid === "loki")
      .map((target) => ({ name, expr: target.expr as string, instant: target.queryType === "instant" })),
  ),
  ...[...runbookQueries(), ...examples()]
    .filter(({ language }) => language === "LogQL")
    .map(({ name, expr }) => ({ name: name as string, expr: expr as string, instant: false })),
].map((query) => ({ ...query, expr: withVariables(query.expr).replaceAll("<id>", "0".repeat(32)) as string }));

// One line with an error fails a query that counts or measures: https://grafana.com/docs/loki/latest/query/#pipeline-errors
test.each(queries.filter(({ expr }) => /_over_time\(|\brate\(/.test(expr) && /\| json\b/.test(expr)))(
  "$name: leaves out lines that are not JSON",
  ({ expr }) => {
    expect(expr).toContain('| __error__=""');
  },
);

const { LOKI } = process.env;
if (!LOKI) console.warn("LEFT OUT Loki's answers to the queries of logs: need its program, named in LOKI");

const lines = [
  { level: "info", msg: "request", handling: "MISS", resource: "gists/1", status: 500, duration_seconds: 0.1 },
  { level: "warn", msg: "bad-gateway", status: 502, flags: "UF" },
].map((line) => JSON.stringify(line));
const noJson = ["failed to create fsnotify watcher: too many open files", "{"];

describe.runIf(LOKI)("Loki, with lines that are JSON and lines that are not,", () => {
  let loki: Loki;
  let logql: ReturnType<typeof backends>["logql"];

  beforeAll(async () => {
    loki = await startLoki(LOKI!);
    ({ logql } = backends({ mimir: "", loki: loki.url, tempo: "" }));
    const streams: Record<string, string>[] = [
      { service_name: "edge-gists", container: "edge-gists", level: "warn" },
      { service_name: "istio-ingressgateway", container: "istio-proxy", level: "info" },
      { service_name: "edge-gists-explorer", kind: "measurement" },
      { service_name: "edge-gists-explorer", kind: "exception" },
    ];
    // More resources than Loki allows series by default.
    const many = Array.from({ length: 600 }, (_, n) =>
      JSON.stringify({
        level: "info",
        msg: "request",
        handling: "MISS",
        resource: `gists/${n}`,
        duration_seconds: 0.1,
      }),
    );
    await loki.push({ namespace: "edge-gists", ...streams[0]! }, many);
    for (const labels of streams) await loki.push({ namespace: "edge-gists", ...labels }, [...lines, ...noJson]);
  });

  afterAll(() => loki?.stop());

  test.each(queries)("does not refuse: $name", async ({ expr, instant }) => {
    await expect(logql(expr, { instant })).resolves.toBeInstanceOf(Array);
  });

  test("counts the messages that are not about requests", async () => {
    const { expr } = queries.find(({ name }) => name.endsWith("Which messages are not about requests?"))!;
    const found = await logql(expr);
    expect(found.map(({ metric }: { metric: object }) => metric)).toEqual([{ msg: "bad-gateway" }]);
  });
});
