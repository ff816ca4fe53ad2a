import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../../harness/child.ts";
import { useService } from "../contract/support/service.ts";
import { startReceiver } from "./support/receiver.ts";
import { scheduleDelay, useTraced } from "./support/service.ts";
import { spansOf, traceOf } from "./support/traces.ts";

const { version } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { version: string };

const sdk = {
  "telemetry.sdk.language": expect.any(String),
  "telemetry.sdk.name": "opentelemetry",
  "telemetry.sdk.version": expect.any(String),
};

describe.each([
  ["by default", {}, { "service.name": "edge-gists" }],
  ["by OTEL_SERVICE_NAME", { OTEL_SERVICE_NAME: "gists" }, { "service.name": "gists" }],
  [
    "by OTEL_RESOURCE_ATTRIBUTES",
    { OTEL_RESOURCE_ATTRIBUTES: "service.name=listed, deployment.environment.name = a%2Cb ," },
    { "service.name": "listed", "deployment.environment.name": "a,b" },
  ],
  [
    "by both: the variable of its own wins",
    { OTEL_SERVICE_NAME: "own", OTEL_RESOURCE_ATTRIBUTES: "service.name=listed,service.version=9" },
    { "service.name": "own", "service.version": "9" },
  ],
])("the resource %s", async (_what, env, expected) => {
  const { service, receiver } = await useTraced(env as unknown as Record<string, string>);

  test("names the service, its version and the SDK", async () => {
    const { traceId } = traceOf(await service.get("/rate_limit"));
    const [span] = await spansOf(receiver, traceId, 1);
    expect(span?.resource).toEqual({ "service.version": version, ...sdk, ...expected });
    expect(span?.scope).toEqual({ name: "edge-gists", version });
    expect(receiver.requests.at(-1)?.path).toBe("/v1/traces");
  });
});

describe("the receiver", async () => {
  const receiver = await startReceiver();
  afterAll(() => receiver.close());
  const service = useService({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/custom/path`,
    OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=a%20b,authorization=Bearer%20receiver-key",
    OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay),
  });

  test("may have a full URL and header fields of its own", async () => {
    const { traceId } = traceOf(await service.get("/rate_limit"));
    await spansOf(receiver, traceId, 1);
    expect(receiver.requests[0]).toMatchObject({
      path: "/custom/path",
      headers: { "x-tenant": "a b", authorization: "Bearer receiver-key" },
    });
    expect(service.target.logs().join("\n")).not.toContain("receiver-key");
  });
});
