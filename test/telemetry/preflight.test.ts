import { expect, test } from "vitest";
import { items } from "../contract/support/headers.ts";
import { useTraced } from "./support/service.ts";

const { service } = await useTraced();

test("a preflight lets a page's OpenTelemetry send its context and baggage", async () => {
  const response = await service.get("/octocat", {
    method: "OPTIONS",
    headers: {
      origin: "https://reader.example",
      "access-control-request-method": "GET",
      "access-control-request-headers": "baggage,traceparent",
    },
  });
  expect(items(response, "access-control-allow-headers")).toEqual(
    expect.arrayContaining(["baggage", "traceparent", "tracestate"]),
  );
});
