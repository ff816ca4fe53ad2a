import { expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";
import { metricTable } from "../../core/telemetry/metrics-table.ts";
import { toReading } from "./reading.ts";

const text = `# TYPE http_requests_total counter
http_requests_total{method="GET",route="/{username}",status="200"} 90
http_requests_total{method="GET",route="/{username}",status="404"} 7
http_requests_total{method="GET",route="/gists/{gist_id}",status="503"} 3
http_requests_total{method="GET",route="/metrics",status="200"} 1000
http_requests_total{method="GET",route="/status",status="200"} 2
http_requests_total{method="GET",route="/health",status="200"} 500
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.005",method="GET",route="/{username}"} 80
http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/{username}"} 97
http_request_duration_seconds_sum{method="GET",route="/{username}"} 1.5
http_request_duration_seconds_bucket{le="0.005",method="GET",route="/metrics"} 1000
http_request_duration_seconds_bucket{le="0.005",method="GET",route="/gists/{gist_id}"} 1
http_requests_in_flight 3
cache_hits_total 60
cache_misses_total 40
github_api_requests_total{status="200"} 30
github_api_requests_total{status="304"} 8
github_raw_requests_total{status="200"} 2
github_rate_limit_limit{token="0"} 5000
github_rate_limit_remaining{token="0"} 4970
github_rate_limit_reset_timestamp_seconds{token="0"} 1764384000
edge_gists_build_info{version="1.2.3",commit="abc",scope="process"} 1
process_start_time_seconds 1764380000.123
`;

test("figures are added over routes and statuses, without the page's own requests and the platform's", () => {
  const reading = toReading(text);
  expect(Object.fromEntries(reading?.counts ?? [])).toEqual({
    requests: 100,
    refused: 7,
    failed: 3,
    "le 0.005": 81,
    "le +Inf": 97,
    hits: 60,
    misses: 40,
    calls: 40,
  });
  expect(Object.fromEntries(reading?.gauges ?? [])).toEqual({ inFlight: 3 });
  expect(Object.fromEntries(reading?.quotas ?? [])).toEqual({
    0: { limit: 5000, remaining: 4970, reset: 1_764_384_000 },
  });
  expect(reading?.process).toBe("1764380000.123");
});

test.each([
  "",
  "<!doctype html><title>Sign in</title>",
  '{"message":"Not Found"}',
  "# TYPE up gauge\nup 1\nprocess_start_time_seconds 1\n",
])("other text is no reading: %j", (other) => expect(toReading(other)).toBeUndefined());

test("every metric that is read is one of the service's, and the service's own text is read", async () => {
  const { get } = createService();
  await get("/octocat");
  await get("/octocat");
  await get("/users/nobody-of-that-name/gists");
  const own = await (await get("/metrics")).text();
  const reading = toReading(own);
  expect(reading?.counts.get("requests")).toBe(3);
  expect(reading?.counts.get("le +Inf")).toBe(3);
  expect(reading?.counts.get("refused")).toBe(1);
  expect(reading?.counts.get("hits")).toBe(1);
  expect(reading?.counts.get("misses")).toBe(2);
  expect(reading?.counts.get("calls")).toBe(2);
  expect([...(reading?.gauges.keys() ?? [])].toSorted()).toEqual(
    ["bytes", "circuitOpen", "connections", "entries", "inFlight"].filter((name) => reading?.gauges.has(name)),
  );
  expect(reading?.gauges.size).toBeGreaterThan(3);
  expect(reading?.quotas.size).toBe(1);
  for (const name of ["stale_served_total", "github_raw_requests_total"]) expect(metricTable).toHaveProperty(name);
});
