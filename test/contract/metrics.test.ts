import { describe, expect, test } from "vitest";
import { notable } from "../../stand-in/octocat.ts";
import { freshGistId, freshName, freshSince } from "./support/fresh.ts";
import { runtime, type Service, useService } from "./support/service.ts";
import { shared } from "./support/shared.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const plain = "text/plain; version=0.0.4; charset=utf-8";

/** One sample: its name, its labels and its value. */
interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Reads the exposition format; throws on a line that it does not allow. */
function parse(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \S+)?(?: # .*)?$/.exec(line);
      if (!match) throw new Error(`no sample: ${line}`);
      const [, name = "", labels = "", value = ""] = match;
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", text = ""]) => [key, text]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
}

const toSeries = ({ name, labels }: Sample) => `${name}${JSON.stringify(labels)}`;

/** The service's samples. Those of the runtime itself (its collections, its memory) come and go by their own. */
async function samples(service: Service): Promise<Sample[]> {
  const all = parse(await (await service.get("/metrics")).text());
  return all.filter((sample) => !/^(nodejs|process)_/.test(sample.name));
}

function sum(all: Sample[], name: string, labels: Record<string, string> = {}): number {
  return all
    .filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    )
    .reduce((total, sample) => total + sample.value, 0);
}

describe.skipIf(runtime === "gateway")("formats", () => {
  test.each([
    ["nothing", undefined, plain],
    ["anything", "*/*", plain],
    ["text", "text/plain", plain],
    ["OpenMetrics", "application/openmetrics-text; version=1.0.0", openMetrics],
    [
      "what Prometheus 2 accepts",
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      openMetrics,
    ],
    [
      "what Prometheus 3 accepts",
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      openMetrics,
    ],
    ["text before OpenMetrics", "text/plain;version=0.0.4;q=0.9,application/openmetrics-text;q=0.1", plain],
    ["no OpenMetrics", "application/openmetrics-text;q=0, */*", plain],
  ])("to %s", async (_what, accept, type) => {
    const response = await shared.get("/metrics", { headers: accept === undefined ? {} : { accept } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe(type);
    const text = await response.text();
    expect(text.endsWith("# EOF\n"), "OpenMetrics ends with EOF, the older format has none").toBe(type === openMetrics);
    expect(parse(text).length).toBeGreaterThan(5);
    expect(response.headers.get("cache-control")).toMatch(/no-store/);
  });

  test("every metric has a help and a type, once", async () => {
    const text = await (await shared.get("/metrics")).text();
    const types = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
    expect(new Set(types).size).toBe(types.length);
    for (const name of types) expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, "m"));
  });
});

describe("counts", () => {
  const service = useService();

  test("requests, hits, misses and calls to GitHub", async () => {
    const before = await samples(service);
    const path = `/octocat?since=${freshSince()}`;
    for (let n = 0; n < 3; n++) await service.get(path);
    await service.get("/octocat?page=x");
    const after = await samples(service);
    const rise = (name: string, labels?: Record<string, string>) =>
      sum(after, name, labels) - sum(before, name, labels);
    expect(rise("http_requests_total", { route: "/{username}", status: "200" })).toBe(3);
    expect(rise("http_requests_total", { route: "/{username}", status: "422" })).toBe(1);
    expect(rise("cache_hits_total")).toBe(2);
    expect(rise("cache_misses_total")).toBe(1);
    expect(rise("github_api_requests_total", { status: "200" })).toBe(1);
    expect(rise("http_request_duration_seconds_count", { route: "/{username}" })).toBe(4);
  });
});

describe("labels", () => {
  const service = useService();

  /** Requests of every kind, with new names. */
  async function visit(): Promise<string[]> {
    const [name, id] = [freshName(), freshGistId()];
    const paths = [`/${name}`, `/users/${name}/gists`, `/gists/${id}`, `/gists/${id}/${id}`, `/gists/${id}/comments/7`];
    paths.push(`/${name}/${name}`, `/no/${name}/such/path`, `/_${name}`, `/gists/${notable.blank}?x=${name}`);
    paths.push(`/gists/${id}/commits`, `/gists/${id}/forks`, `/gists/${id}/comments`, `/assets/${name}.js`);
    for (const path of paths) {
      await service.get(path);
      await service.get(path, { method: "PATCH" });
    }
    // No standard method: it must not become a label of its own.
    await service.raw({ method: `X${id.slice(0, 6).toUpperCase()}`, target: "/health" }).catch(() => undefined);
    return [name, id, id.slice(0, 6).toUpperCase()];
  }

  test("hold templates, never what a client wrote", async () => {
    const written = await visit();
    const all = await samples(service);
    const values = all.flatMap((sample) => Object.values(sample.labels));
    for (const text of written) expect(values.filter((value) => value.includes(text))).toEqual([]);
    const routes = new Set(all.flatMap((sample) => sample.labels["route"] ?? []));
    for (const route of ["/{username}", "/users/{username}/gists", "/gists/{gist_id}", "/gists/{gist_id}/{sha}"]) {
      expect([...routes]).toContain(route);
    }
  });

  test("are bounded: more names make no more series", async () => {
    // Twice: what is a miss at first is a hit from then on.
    for (let n = 0; n < 2; n++) await visit().then(() => samples(service));
    const before = new Set((await samples(service)).map(toSeries));
    for (let n = 0; n < 5; n++) await visit();
    expect((await samples(service)).map(toSeries).filter((series) => !before.has(series))).toEqual([]);
  });
});
