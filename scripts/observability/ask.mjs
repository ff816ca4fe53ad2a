/** Mimir (or Prometheus), Loki and Tempo, as Grafana asks them. */

async function get(url, form) {
  const init = form && { method: "POST", body: new URLSearchParams(form) };
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 300).trim()}`);
  return JSON.parse(text);
}

/** Seconds between the points of a range: how often the chart's Alloy scrapes. */
export const promqlStep = 15;

const now = () => Date.now() / 1000;

/** @param urls where they are: `mimir` with its prefix, for instance http://localhost:8080/prometheus */
export function backends({ mimir, loki, tempo }) {
  const range = (seconds, end = now()) => ({ start: end - seconds, end });
  const inNanoseconds = ({ start, end }) => ({ start: `${Math.floor(start * 1e9)}`, end: `${Math.ceil(end * 1e9)}` });
  return {
    /** `end` of the range, in seconds: to ask several queries about one. */
    async promql(query, { instant = false, seconds = 900, end = now() } = {}) {
      const form = instant ? { query, time: end } : { query, ...range(seconds, end), step: promqlStep };
      const { data } = await get(`${mimir}/api/v1/${instant ? "query" : "query_range"}`, form);
      return data.result;
    },
    async exemplars(query, seconds = 900) {
      const { data } = await get(`${mimir}/api/v1/query_exemplars`, { query, ...range(seconds) });
      return data.flatMap(({ exemplars }) => exemplars);
    },
    async logql(query, { instant = false, seconds = 900 } = {}) {
      const url = new URL(`${loki}/loki/api/v1/${instant ? "query" : "query_range"}`);
      const form = instant ? { query } : { query, ...inNanoseconds(range(seconds)), step: "60", limit: 100 };
      url.search = new URLSearchParams(form).toString();
      const { data } = await get(url);
      return data.result;
    },
    async traceql(query, seconds = 900) {
      const url = new URL(`${tempo}/api/search`);
      const { start, end } = range(seconds);
      url.search = new URLSearchParams({
        q: query,
        start: Math.floor(start),
        end: Math.ceil(end),
        limit: 20,
      }).toString();
      const { traces } = await get(url);
      return traces ?? [];
    },
    /** Spans of a trace, each with its service. */
    async trace(id) {
      const { trace } = await get(`${tempo}/api/v2/traces/${id}`);
      const text = (attributes, name) => attributes?.find(({ key }) => key === name)?.value?.stringValue;
      return (trace?.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map((span) => ({ ...span, service: text(resource.attributes, "service.name") })),
        ),
      );
    },
  };
}
