/** The way that a person clicks: a slow request's exemplar, its trace, its logs, and the trace's metrics. */
import assert from "node:assert/strict";

const duration = 'http_request_duration_seconds_bucket{job="edge-gists"}';

/** @returns what was found at each step, and the trace that was followed */
export async function followTrail({ exemplars, trace, logql, promql }) {
  const found = (await exemplars(duration, 300)).filter(({ labels }) => /^[0-9a-f]{32}$/.test(labels.trace_id));
  assert.notEqual(found.length, 0, `no exemplar of ${duration} with a trace_id`);
  // The slowest of those that every store must have by now: spans and lines come in batches.
  const settled = found.filter(({ timestamp }) => timestamp < Date.now() / 1000 - 30);
  assert.notEqual(settled.length, 0, "no exemplar is older than half a minute: ask again");
  const slowest = settled.reduce((most, one) => (Number(one.value) > Number(most.value) ? one : most));
  const id = slowest.labels.trace_id;

  const spans = await trace(id);
  const server = spans.find(({ service, kind }) => service === "edge-gists" && kind === "SPAN_KIND_SERVER");
  assert.ok(server, `trace ${id} has no server span of edge-gists, but ${spans.map(({ name }) => name).join(", ")}`);

  const streams = await logql(`{service_name="edge-gists"} | trace_id="${id}"`);
  const lines = streams.flatMap(({ stream, values }) =>
    values.map(([, text]) => ({ labels: stream, ...JSON.parse(text) })),
  );
  const line = lines.find(({ msg }) => msg === "request");
  assert.equal(line?.trace_id, id, `no log line of trace ${id}`);
  assert.equal(
    line.labels.trace_id,
    id,
    "trace_id is not in the structured metadata, by which Grafana links to traces",
  );
  const everybody = await logql(`{service_name=~".+"} | trace_id="${id}"`);
  const speakers = new Set(everybody.map(({ stream }) => stream.service_name));

  const ofSpans = 'sum(rate(traces_spanmetrics_calls_total{service="edge-gists"}[5m]))';
  const [calls] = await promql(ofSpans, { instant: true });
  assert.ok(Number(calls?.value[1]) > 0, `no answer to ${ofSpans}`);
  return {
    id,
    steps: [
      ["exemplar", `${slowest.value} s, trace_id ${id}`],
      ["trace", `${spans.length} spans: ${[...new Set(spans.map(({ name }) => name))].join(", ")}`],
      ["log", `${line.route}, ${line.status}, handling ${line.labels.handling ?? "none"}, ${line.duration_seconds} s`],
      ["logs", `of the whole trace, written by ${[...speakers].join(", ")}`],
      ["metrics", `${Number(calls.value[1]).toFixed(2)} spans a second by Tempo's count`],
    ],
  };
}
