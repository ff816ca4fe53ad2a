import fc from "fast-check";
import { expect, test } from "vitest";
import { moments, percentile, type Seen, summarize, toMoments } from "./cold-start.ts";

const second = (value: number) => `2026-11-28T20:00:${String(value).padStart(2, "0")}Z`;
const condition = (type: string, at: number, status = "True") => ({ type, status, lastTransitionTime: second(at) });
const running = (name: string, at: number) => ({ name, state: { running: { startedAt: second(at) } } });

const seen: Seen = {
  sent: Date.parse("2026-11-28T20:00:10.250Z"),
  firstByte: Date.parse("2026-11-28T20:00:14.150Z"),
  pod: {
    metadata: { creationTimestamp: second(10) },
    status: {
      conditions: [
        condition("PodScheduled", 10),
        condition("Initialized", 12),
        condition("ContainersReady", 14),
        condition("Ready", 14),
      ],
      containerStatuses: [running("edge-gists", 12), running("queue-proxy", 12), running("istio-proxy", 13)],
    },
  },
  logs: {
    service: [
      '2026-11-28T20:00:12.800Z {"level":"info","msg":"starting"}',
      '2026-11-28T20:00:12.900123456Z {"level":"info","msg":"listening","port":8080}',
    ].join("\n"),
    proxy: "2026-11-28T20:00:13.400Z 2026-11-28T20:00:13.400Z\tinfo\tEnvoy proxy is ready",
  },
};

test("moments are milliseconds since the request", () => {
  expect(toMoments(seen)).toEqual({
    // Kubernetes cuts off the part of the second: it may lie before the request.
    created: -250,
    scheduled: -250,
    initialized: 1750,
    "proxy started": 2750,
    "service started": 1750,
    "proxy ready": 3150,
    "service listening": 2650,
    "pod ready": 3750,
    "first byte": 3900,
  });
});

test("a native sidecar is an init container", () => {
  const { conditions, containerStatuses = [] } = seen.pod.status;
  const [service, , proxy] = containerStatuses;
  const status = { conditions, containerStatuses: [service!], initContainerStatuses: [proxy!] };
  expect(toMoments({ ...seen, pod: { ...seen.pod, status } })["proxy started"]).toBe(2750);
});

test("what nobody told is unknown, not zero", () => {
  const pod = { metadata: seen.pod.metadata, status: { conditions: [condition("Ready", 14, "False")] } };
  const found = toMoments({ ...seen, pod, logs: { service: "", proxy: "no timestamp: Envoy proxy is ready" } });
  for (const moment of ["scheduled", "proxy started", "proxy ready", "service listening", "pod ready"] as const)
    expect(found[moment]).toBe(undefined);
});

test("percentiles are by nearest rank, of the starts that tell the moment", () => {
  const start = toMoments(seen);
  const starts = [4000, 3000, 5000].map((time) => ({ ...start, "first byte": time }));
  const last = summarize([...starts, { ...start, "first byte": undefined }]).at(-1);
  expect(last).toEqual({ moment: "first byte", count: 3, p50: 4000, p90: 5000, p99: 5000, most: 5000 });
  expect(summarize(starts).map(({ moment }) => moment)).toEqual([...moments]);
});

test("a percentile is one of the values, and grows with its share", () => {
  const share = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), share, share, (values, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(values).toContain(percentile(values, low));
      expect(percentile(values, low)).toBeLessThanOrEqual(percentile(values, high)!);
    }),
  );
});
