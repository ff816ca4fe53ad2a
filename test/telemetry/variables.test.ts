import { afterAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { type VariableName, variableTable } from "../../functions/core/telemetry/otel/variables.ts";
import { freshSince } from "../contract/support/fresh.ts";
import { bySince, standIn } from "../contract/support/stand-in.ts";
import "../targets/provided.ts";
import { serveStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import type { Env } from "../../harness/target.ts";
import { decodeSpans } from "./support/decode.ts";
import { logLines } from "./support/logs.ts";
import { type Manner, type Receiver, startReceiver } from "./support/receiver.ts";
import { scheduleDelay } from "./support/service.ts";
import { freshParent, type Parent, traceOf } from "./support/traces.ts";

const github = await serveStandIn();
afterAll(() => github.stop());

/** The result of a miss and a hit after it. */
interface Seen {
  receiver: Receiver;
  /** The caller's own. */
  parent: Parent;
  /** The traces of miss and hit, if requests are traced. */
  traces: Parent[];
  /** The request that GitHub received. */
  sent: Record<string, string | undefined>;
  /** The settings that the log says are ignored. */
  ignored: unknown[];
}

/** Asks twice, so that Node exports both by the SDK and by the templates of hits. */
async function follow(env: Env, manner: Manner): Promise<Seen> {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  receiver.behave(manner);
  const filled = Object.entries(env).map(([name, value]) => [name, value.replace("{receiver}", receiver.url)]);
  const target = await startTarget({
    runtime: inject("runtime"),
    github: github.url,
    worker: inject("worker"),
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay),
      ...Object.fromEntries(filled),
    },
  });
  const since = freshSince();
  const parent = freshParent(true);
  const headers = {
    traceparent: parent.header,
    baggage: "user=s3cr3t",
    "user-agent": "x".repeat(2000),
    // Open keep-alive connections delay the end.
    connection: "close",
  };
  const traces: Parent[] = [];
  for (const kind of ["miss", "hit"]) {
    const response = await fetch(`${target.url}/octocat?since=${since}`, { headers });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-status")).toMatch(kind === "hit" ? /; hit/ : /fwd=miss/);
    if (response.headers.has("server-timing")) traces.push(traceOf(response));
  }
  const wanted = traces.filter(({ sampled }) => sampled).map(({ spanId }) => spanId);
  const arrived = () => wanted.filter((id) => receiver.spans.some(({ spanId }) => spanId === id));
  const isSaid = () => target.logs().some((line) => line.includes("traces are not exported"));
  if (manner === "accept") await expect.poll(arrived, { timeout: 8000, interval: 20 }).toEqual(wanted);
  else await expect.poll(isSaid, { timeout: 8000, interval: 20 }).toBe(true);
  await target.stop();
  const [call] = await standIn({ github: github.url }).calls(bySince(since));
  const lines = logLines(target.logs()).filter(({ msg }) => msg === "setting ignored");
  for (const line of lines) expect(line).toMatchObject({ level: "warn", reason: expect.stringMatching(/^must /) });
  return { receiver, parent, traces, sent: call?.headers ?? {}, ignored: lines.map(({ setting }) => setting) };
}

type Check = (seen: Seen) => void;

/** One way to set a variable, and what must come of it. */
interface Row {
  env: Env;
  /** Whether the variable is said to be ignored, wholly or in part. */
  ignored?: boolean;
  manner?: Manner;
  check: Check;
}

/** The values that these names have, if there are any. */
const pick = (from: Record<string, unknown>, names: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));

/** Every export has these header fields, whichever way it went. */
const sends =
  (fields: Record<string, unknown>): Check =>
  ({ receiver }) => {
    expect(receiver.requests.length).toBeGreaterThan(0);
    for (const { headers } of receiver.requests) expect(pick(headers, fields)).toEqual(fields);
  };

const goesTo =
  (path: string): Check =>
  ({ receiver }) =>
    expect(new Set(receiver.requests.map((request) => request.path))).toEqual(new Set([path]));

const isOff: Check = ({ receiver, traces, sent }) => {
  expect(receiver.requests).toEqual([]);
  expect(traces).toEqual([]);
  expect(sent).not.toHaveProperty("traceparent");
};

const isExported: Check = ({ receiver, traces, parent }) => {
  expect(traces.map(({ traceId, sampled }) => ({ traceId, sampled }))).toEqual(
    traces.map(() => ({ traceId: parent.traceId, sampled: true })),
  );
  expect(receiver.spans.filter(({ kind }) => kind === "server")).toHaveLength(2);
};

const isNotSampled: Check = ({ receiver, traces }) => {
  expect(traces.map(({ sampled }) => sampled)).toEqual([false, false]);
  expect(receiver.requests).toEqual([]);
};

/** The trace goes on, from the caller and to GitHub. */
const continues: Check = (seen) => {
  isExported(seen);
  expect(seen.sent["traceparent"]).toContain(seen.parent.traceId);
};

/** Each request is a trace of its own, of which GitHub hears nothing. */
const stands: Check = ({ traces, receiver, parent, sent }) => {
  expect(new Set([parent, ...traces].map(({ traceId }) => traceId)).size).toBe(3);
  for (const { kind, parentSpanId } of receiver.spans) if (kind === "server") expect(parentSpanId).toBe("");
  expect(sent).not.toHaveProperty("traceparent");
};

const hasResource =
  (attributes: Record<string, unknown>): Check =>
  ({ receiver }) => {
    expect(receiver.spans.length).toBeGreaterThan(0);
    for (const { resource } of receiver.spans) expect(pick(resource, attributes)).toEqual(attributes);
  };

/** That the receiver failed was said: `follow` waited for it, and not as long as the defaults are. */
const isGivenUp: Check = ({ receiver }) => expect(receiver.spans).toEqual([]);

const never = "600000";

/** Of a miss and of a hit; a Worker has a shared tier, too. */
const spansOfBoth = inject("runtime") === "node" ? 3 + 2 : 5 + 2;

/** A file that is not there: Node says so, a Worker has none and does not look. */
const isNamedOnNode: Row = { env: {}, ignored: inject("runtime") === "node", check: isExported };

type Honoured = {
  [Name in VariableName]: (typeof variableTable)[Name]["on"] extends "none" ? never : Name;
}[VariableName];

const rows: Record<Honoured, (Omit<Row, "env"> & { set: string; env?: Env })[]> = {
  OTEL_SDK_DISABLED: [
    { set: "TRUE", check: isOff },
    { set: "false", check: isExported },
    { set: "1", ignored: true, check: isExported },
  ],
  OTEL_TRACES_EXPORTER: [
    { set: "none", check: isOff },
    { set: "None", env: { OTEL_EXPORTER_OTLP_ENDPOINT: "no URL" }, check: isOff },
    { set: "otlp, none", check: isOff },
    { set: "OTLP", check: isExported },
    { set: "console,otlp", ignored: true, check: isExported },
    { set: "zipkin", ignored: true, check: isExported },
  ],
  OTEL_PROPAGATORS: [
    { set: "none", check: stands },
    { set: "tracecontext,none", check: stands },
    { set: "baggage", check: stands },
    { set: "TraceContext, TraceContext", check: continues },
    { set: "b3,tracecontext", ignored: true, check: continues },
    { set: "b3", ignored: true, check: continues },
  ],
  OTEL_EXPORTER_OTLP_ENDPOINT: [
    { set: "{receiver}", check: goesTo("/v1/traces") },
    { set: "{receiver}/base//", check: goesTo("/base/v1/traces") },
    { set: "{receiver}/base?key=a", check: goesTo("/base/v1/traces?key=a") },
  ],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: [
    { set: "{receiver}", check: goesTo("/") },
    { set: "{receiver}/own/", env: { OTEL_EXPORTER_OTLP_ENDPOINT: "" }, check: goesTo("/own/") },
    { set: "{receiver}/own", env: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, check: goesTo("/own") },
  ],
  OTEL_EXPORTER_OTLP_PROTOCOL: [
    { set: "HTTP/protobuf", check: sends({ "content-type": "application/x-protobuf" }) },
    { set: "grpc", ignored: true, check: sends({ "content-type": "application/x-protobuf" }) },
  ],
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: [
    { set: "http/protobuf", check: sends({ "content-type": "application/x-protobuf" }) },
    { set: "http/json", ignored: true, check: sends({ "content-type": "application/x-protobuf" }) },
  ],
  OTEL_EXPORTER_OTLP_HEADERS: [
    { set: "X-A = a%20b , x-b=c=d,", check: sends({ "x-a": "a b", "x-b": "c=d" }) },
    { set: "Content-Type=text/plain", check: sends({ "content-type": "application/x-protobuf" }) },
    { set: "x-a=1,none,x b=2,x-c=%0d%0ax-d: 3,x-e=%", ignored: true, check: sends({ "x-a": "1", "x-c": undefined }) },
  ],
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: [
    {
      set: "authorization=own",
      env: { OTEL_EXPORTER_OTLP_HEADERS: "Authorization=general,x-general=1" },
      check: sends({ authorization: "own", "x-general": undefined }),
    },
    { set: "none", ignored: true, env: { OTEL_EXPORTER_OTLP_HEADERS: "x-a=1" }, check: sends({ "x-a": "1" }) },
  ],
  OTEL_EXPORTER_OTLP_COMPRESSION: [
    { set: "gzip", check: sends({ "content-encoding": "gzip" }) },
    { set: "none", check: sends({ "content-encoding": undefined }) },
    { set: "zstd", ignored: true, check: sends({ "content-encoding": undefined }) },
  ],
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: [
    { set: "GZIP", check: sends({ "content-encoding": "gzip" }) },
    {
      set: "none",
      env: { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" },
      check: sends({ "content-encoding": undefined }),
    },
    {
      set: "br",
      ignored: true,
      env: { OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" },
      check: sends({ "content-encoding": "gzip" }),
    },
  ],
  OTEL_EXPORTER_OTLP_TIMEOUT: [
    { set: "300", manner: "hang", check: isGivenUp },
    { set: "0", check: isExported },
    { set: "-1", ignored: true, check: isExported },
  ],
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: [
    { set: "300", env: { OTEL_EXPORTER_OTLP_TIMEOUT: never }, manner: "hang", check: isGivenUp },
    { set: "0", env: { OTEL_EXPORTER_OTLP_TIMEOUT: "1" }, check: isExported },
    { set: "10s", ignored: true, check: isExported },
  ],
  // What they are for is in node/certificates.test.ts.
  OTEL_EXPORTER_OTLP_CERTIFICATE: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_EXPORTER_OTLP_CLIENT_KEY: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: [{ set: "/no/such/file", ...isNamedOnNode }],
  OTEL_SERVICE_NAME: [{ set: "gists", check: hasResource({ "service.name": "gists" }) }],
  OTEL_RESOURCE_ATTRIBUTES: [
    { set: "a.b = c%2Cd ,service.name=listed", check: hasResource({ "a.b": "c,d", "service.name": "listed" }) },
    { set: "a.b=c,none", ignored: true, check: hasResource({ "a.b": undefined }) },
    { set: "a.b=c,d=%", ignored: true, check: hasResource({ "a.b": undefined }) },
  ],
  OTEL_TRACES_SAMPLER: [
    { set: "always_off", check: isNotSampled },
    { set: "Always_On", check: isExported },
    { set: "jaeger_remote", ignored: true, check: isExported },
  ],
  OTEL_TRACES_SAMPLER_ARG: [
    { set: "0", env: { OTEL_TRACES_SAMPLER: "traceidratio" }, check: isNotSampled },
    { set: "0", check: isExported },
    { set: "0.00000000000000001", env: { OTEL_TRACES_SAMPLER: "traceidratio" }, check: isNotSampled },
    { set: "2", env: { OTEL_TRACES_SAMPLER: "traceidratio" }, ignored: true, check: isExported },
  ],
  OTEL_BSP_SCHEDULE_DELAY: [
    { set: "0", check: isExported },
    { set: "-1", ignored: true, check: isExported },
  ],
  OTEL_BSP_EXPORT_TIMEOUT: [
    { set: "300", env: { OTEL_EXPORTER_OTLP_TIMEOUT: never }, manner: "hang", check: isGivenUp },
    { set: "0", check: isExported },
    { set: "1.5", ignored: true, check: isExported },
  ],
  OTEL_BSP_MAX_QUEUE_SIZE: [
    { set: "2048", check: isExported },
    {
      set: "1",
      env: { OTEL_EXPORTER_OTLP_TIMEOUT: "400" },
      manner: "hang",
      check: ({ receiver }) => {
        const tried = receiver.requests.flatMap(({ bytes }) => decodeSpans(bytes));
        expect(tried.length).toBeGreaterThan(0);
        expect(tried.length, "some found no room").toBeLessThan(spansOfBoth);
      },
    },
    { set: "0", ignored: true, check: isExported },
  ],
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: [
    {
      set: "1",
      check: (seen) => {
        isExported(seen);
        for (const { bytes } of seen.receiver.requests) expect(decodeSpans(bytes)).toHaveLength(1);
      },
    },
    { set: "600", env: { OTEL_BSP_MAX_QUEUE_SIZE: "599" }, ignored: true, check: isExported },
    { set: "many", ignored: true, check: isExported },
  ],
};

describe.each(Object.entries(rows))("%s", (name, cases) => {
  const shown = cases.map(
    (row) => [[row.set, ...Object.entries(row.env ?? {}).map((pair) => pair.join("="))], row] as const,
  );
  test.each(shown)("=%j", async (_shown, { set, env, ignored = false, manner = "accept", check }) => {
    const seen = await follow({ ...env, [name]: set }, manner);
    check(seen);
    expect(seen.ignored).toEqual(ignored ? [name] : []);
    expect(JSON.stringify(seen.sent)).not.toContain("s3cr3t");
  });
});

test("what the table says is not honoured changes nothing", async () => {
  const values: Record<string, string> = { OTEL_LOG_LEVEL: "verbose", OTEL_CONFIG_FILE: "/no/such/file" };
  const names = Object.entries(variableTable).flatMap(([name, { on }]) => (on === "none" ? [name] : []));
  const seen = await follow(Object.fromEntries(names.map((name) => [name, values[name] ?? "1"])), "accept");
  continues(seen);
  expect(seen.ignored).toEqual([]);
  for (const { attributes, kind } of seen.receiver.spans) {
    if (kind === "server") expect(attributes["user_agent.original"]).toBe("x".repeat(1024));
  }
});

describe.each(["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])("a wrong %s", (name) => {
  test.each(["value-7c31", "ftp://value-7c31", "http://user:value-7c31@127.0.0.1"])(
    "(%s) is an error",
    async (value) => {
      const starting = startTarget({
        runtime: inject("runtime"),
        github: github.url,
        env: { [name]: value },
        worker: inject("worker"),
      });
      if (inject("runtime") === "node") {
        await expect(starting).rejects.toThrow(name);
        await expect(starting).rejects.not.toThrow("value-7c31");
        return;
      }
      const target = await starting;
      expect((await fetch(`${target.url}/rate_limit`)).status).toBe(500);
      const find = () => target.logs().find((line) => line.includes("wrong settings"));
      await expect.poll(find, { interval: 20 }).toBeDefined();
      const said = find() ?? "{}";
      await target.stop();
      expect(JSON.parse(said)).toMatchObject({ level: "error", reason: expect.stringContaining(name) });
      expect(said).not.toContain("value-7c31");
    },
  );
});
