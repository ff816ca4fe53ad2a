import { afterEach, describe, expect, test } from "vitest";
import { logFieldTable, logMessageTable } from "../../functions/core/telemetry/log-table.ts";
import { freshGistId, freshSince } from "../contract/support/fresh.ts";
import { standIn } from "../contract/support/stand-in.ts";
import { logLines, type Line } from "./support/logs.ts";
import { useTraced } from "./support/service.ts";
import { traceOf } from "./support/traces.ts";

const { service } = await useTraced({ UPSTREAM_RETRIES: "0" });
afterEach(() => standIn(service).fault());

/** The lines that a piece of work makes, once there are as many. */
async function linesOf(count: number, work: () => Promise<unknown>): Promise<Line[]> {
  const before = service.target.logs().length;
  await work();
  const lines = () => logLines(service.target.logs().slice(before));
  await expect.poll(() => lines().length, { timeout: 5000, interval: 20 }).toBeGreaterThanOrEqual(count);
  expect(lines()).toHaveLength(count);
  for (const line of lines()) expectDescribed(line);
  return lines();
}

/** Fails if a line has a message, a level or a field that the tables do not name. */
function expectDescribed(line: Line): void {
  const [, message] = Object.entries(logMessageTable).find(([name]) => name === line["msg"]) ?? [];
  expect(message?.levels, String(line["msg"])).toContain(line["level"]);
  expect(["time", "level", "msg", ...(message?.fields ?? [])]).toEqual(expect.arrayContaining(Object.keys(line)));
  expect(Object.keys(logFieldTable)).toEqual(expect.arrayContaining(Object.keys(line)));
}

const common = {
  time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  level: "info",
  msg: "request",
  duration_seconds: expect.any(Number),
};

describe("a request's line", () => {
  test("of a miss has every field, the trace that the client was told of among them", async () => {
    const since = freshSince();
    let response: Response | undefined;
    const [line] = await linesOf(
      1,
      async () => (response = await service.get(`/octocat?since=${since}&unknown=s3cr3t`)),
    );
    const { traceId, spanId } = traceOf(response!);
    expect(line).toEqual({
      ...common,
      trace_id: traceId,
      span_id: spanId,
      method: "GET",
      route: "/{username}",
      resource: expect.stringMatching(/^\/users\/octocat\/gists\?[^?]*since=/),
      status: 200,
      handling: "MISS",
      upstream_calls: 1,
    });
    expect(Number(line?.["duration_seconds"])).toBeGreaterThan(0);
    expect(Number(line?.["duration_seconds"])).toBeLessThan(10);
  });

  test("of what is refused has no resource and no cache's word", async () => {
    const [line] = await linesOf(1, () => service.get("/octocat?page=x"));
    const ids = { trace_id: expect.any(String), span_id: expect.any(String) };
    expect(line).toEqual({ ...common, ...ids, method: "GET", route: "/{username}", status: 422, upstream_calls: 0 });
  });

  test("that fails comes with one that says why, of the same trace", async () => {
    const path = `/gists/${freshGistId()}`;
    await standIn(service).fault({ kind: "status", status: 502, path });
    let response: Response | undefined;
    const lines = await linesOf(2, async () => (response = await service.get(path)));
    const { traceId, spanId } = traceOf(response!);
    const ids = { trace_id: traceId, span_id: spanId, route: "/gists/{gist_id}" };
    expect(lines[0]).toMatchObject({
      ...ids,
      level: "warn",
      msg: "bad-gateway",
      upstream_status: 502,
      reason: expect.any(String),
    });
    expect(lines[1]).toMatchObject({ ...ids, level: "info", msg: "request", status: 502 });
  });
});

describe("what a client writes", () => {
  const hostile: [string, RequestInit][] = [
    ["/s3cr3t%0A%7B%22level%22:%22error%22%7D", {}],
    ["/octocat?since=s3cr3t%0d%0a", {}],
    ["/octocat?s3cr3t=%1b%5b31m", {}],
    ["/gists/s3cr3t%00", {}],
    ["/octocat?page=x&s3cr3t", { headers: { authorization: "Bearer s3cr3t", cookie: "s3cr3t=1" } }],
    ["/octocat?page=x", { method: "PURGE" }],
    [
      "/octocat?page=x",
      { headers: { "user-agent": "s3cr3t\t{}", "x-forwarded-for": "s3cr3t", referer: "http://s3cr3t/" } },
    ],
    [
      "/octocat?page=x",
      { headers: { accept: 'application/vnd.github.s3cr3t"+json', "x-github-api-version": "s3cr3t" } },
    ],
    ["/octocat?page=x", { headers: { traceparent: "s3cr3t", tracestate: "s3cr3t=s3cr3t" } }],
  ];

  test("is in no line, and makes no line: neither text, nor control characters, nor tokens", async () => {
    const before = service.target.logs().length;
    const lines = await linesOf(hostile.length, async () => {
      for (const [path, init] of hostile) await service.get(path, init);
    });
    expect(lines.map((line) => line["msg"])).toEqual(hostile.map(() => "request"));
    const raw = service.target.logs().slice(before).join("\n");
    expect(raw).not.toMatch(/s3cr3t/i);
    // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
    expect(raw.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    expect(lines.map((line) => line["method"])).toContain("other");
  });

  test("nor is a token of GitHub's, when GitHub refuses it", async () => {
    await standIn(service).fault({ kind: "status", status: 401, message: "Bad credentials", times: 2 });
    await service.get(`/gists/${freshGistId()}`);
    const said = () =>
      logLines(service.target.logs()).filter((line) => String(line["msg"]).startsWith("GitHub refuses"));
    await expect.poll(said, { timeout: 5000, interval: 20 }).toHaveLength(1);
    expect(said()[0]).toMatchObject({ level: "error", token: 0, seconds: 2, status: 401 });
    expect(service.target.logs().join("\n")).not.toMatch(/good-contract|bearer/i);
  });
});
