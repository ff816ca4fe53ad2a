import { expect, test } from "vitest";
import { parseExposition, toLabels } from "./exposition.ts";

const text = `# HELP http_requests_total Responses.
# TYPE http_requests_total counter
http_requests_total{method="GET",status="200"} 12
http_requests_total{method="GET",status="404"} 1
# HELP up_seconds Time.
# TYPE up_seconds histogram
up_seconds_bucket{route="/",le="0.1"} 2
up_seconds_bucket{route="/",le="+Inf"} 4
up_seconds_sum{route="/"} 6
up_seconds_count{route="/"} 4
up_seconds_bucket{route="/x",le="+Inf"} 0
up_seconds_sum{route="/x"} 0
up_seconds_count{route="/x"} 0
# TYPE plain_sum gauge
plain_sum 7
what is this?
`;

test("series are grouped by metric, and a histogram is its count and mean", () => {
  expect(parseExposition(text)).toEqual([
    {
      name: "http_requests_total",
      type: "counter",
      help: "Responses.",
      rows: [
        { labels: 'method="GET",status="200"', value: 12 },
        { labels: 'method="GET",status="404"', value: 1 },
      ],
    },
    {
      name: "up_seconds",
      type: "histogram",
      help: "Time.",
      rows: [
        { labels: 'route="/"', value: 4, mean: 1.5 },
        { labels: 'route="/x"', value: 0, mean: 0 },
      ],
    },
    { name: "plain_sum", type: "gauge", help: "", rows: [{ labels: "", value: 7 }] },
  ]);
});

test("labels are read with their escapes", () => {
  expect(toLabels(String.raw`a="x,y=\"z\"",b="back\\slash",c="line\nend"`)).toEqual([
    ["a", 'x,y="z"'],
    ["b", "back\\slash"],
    ["c", "line\nend"],
  ]);
  expect(toLabels("")).toEqual([]);
});
