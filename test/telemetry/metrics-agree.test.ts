import { expect, test } from "vitest";
import { freshGistId, freshSince } from "../contract/support/fresh.ts";
import { useService } from "../contract/support/service.ts";
import { standIn } from "../contract/support/stand-in.ts";
import { expose, riseOf, toSamples } from "./support/exposition.ts";
import { logLines } from "./support/logs.ts";

const service = useService({ UPSTREAM_RETRIES: "0" });

/** How often each line occurs. */
function tally(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1;
  return counts;
}

/** The word of the closed set that a `Cache-Status` means; undefined if the cache was not used. */
function toHandling(field: string | null): string | undefined {
  if (field === null) return undefined;
  if (/; hit\b/.test(field)) return "HIT";
  return field.includes("collapsed") ? "COALESCED" : "MISS";
}

test("metrics, log lines, Cache-Status and GitHub's own count say the same of a sequence", async () => {
  const path = `/octocat?since=${freshSince()}`;
  const failing = `/gists/${freshGistId()}`;
  const absent = `/gists/${freshGistId()}`;
  await standIn(service).fault({ kind: "status", status: 500, path: failing });
  await standIn(service).fault({ kind: "latency", ms: 200, path: "/users/octocat" });
  const before = toSamples(await expose(service));
  const linesBefore = service.target.logs().length;
  const callsBefore = (await standIn(service).calls()).length;

  const answers: Response[] = await Promise.all([service.get(path), service.get(path), service.get(path)]);
  const etag = answers[0]?.headers.get("etag") ?? "";
  const sequence: [string, RequestInit?][] = [
    [path],
    [path, { method: "HEAD" }],
    [path, { headers: { "if-none-match": etag } }],
    [`/users${path.replace("?", "/gists?")}`],
    [absent],
    [absent],
    [failing],
    ["/octocat?per_page=x"],
    ["/octocat", { method: "DELETE" }],
    ["/no/such/route"],
    ["/rate_limit"],
  ];
  for (const [target, init] of sequence) answers.push(await service.get(target, init));
  await standIn(service).fault();
  expect(answers.map(({ status }) => status)).toEqual([
    200, 200, 200, 200, 200, 304, 200, 404, 404, 502, 422, 405, 404, 200,
  ]);

  const requests = () => logLines(service.target.logs().slice(linesBefore)).filter((line) => line["msg"] === "request");
  await expect.poll(() => requests().length, { timeout: 5000, interval: 20 }).toBe(answers.length);
  const lines = requests();
  const after = toSamples(await expose(service));
  const rise = (name: string) => riseOf(before, after, name);

  const labels = (line: Record<string, unknown>) =>
    `{method="${line["method"]}",route="${line["route"]}",status="${line["status"]}"}`;
  const { '{method="GET",route="/metrics",status="200"}': scrapes, ...counted } = rise("http_requests_total");
  expect(scrapes, "the scrape before").toBe(1);
  expect(counted).toEqual(tally(lines.map(labels)));

  const handled = lines.flatMap((line) => (line["handling"] === undefined ? [] : String(line["handling"])));
  const told = answers.flatMap(({ headers }) => toHandling(headers.get("cache-status")) ?? []);
  expect(tally(told)).toEqual({ MISS: 2, COALESCED: 2, HIT: 5 });
  expect(tally(handled)).toEqual(tally(told));
  expect(rise("cache_results_total")).toEqual(tally(handled.map((word) => `{handling="${word}"}`)));
  expect(rise("cache_hits_total")).toEqual({ "": 5 });
  expect(rise("cache_misses_total")).toEqual({ "": 4 });

  const calls = (await standIn(service).calls()).slice(callsBefore);
  expect(rise("github_api_requests_total")).toEqual({ '{status="200"}': 1, '{status="404"}': 1, '{status="500"}': 1 });
  expect(calls.map(({ status }) => status).toSorted()).toEqual([200, 404, 500]);
  expect(lines.reduce((sum, line) => sum + Number(line["upstream_calls"]), 0)).toBe(calls.length);
  expect(rise("github_api_request_duration_seconds_count")).toEqual({ "": calls.length });

  // Histograms count the same requests; the gauge tells of the scrape that reads it.
  const durations = Object.values(rise("http_request_duration_seconds_count")).reduce((sum, value) => sum + value, 0);
  expect(durations).toBe(answers.length + 1);
  expect(after.get("http_requests_in_flight")).toBe(1);
  expect(after.get("cache_entries"), "the list and the absent gist").toBe(2);
});
