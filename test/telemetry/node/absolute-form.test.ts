import { expect, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { useTraced } from "../support/service.ts";
import { parseTraceparent } from "../support/traces.ts";

const { service, receiver } = await useTraced();

// Node only: workerd's own server responds to such requests itself.
test("a request whose target is a whole URL gets the same response and trace each time", async () => {
  const target = `${service.url}/octocat?since=${freshSince()}`;
  for (const handling of ["MISS", "HIT", "HIT"]) {
    const answer = await service.raw({ target });
    expect(answer.status).toBe(200);
    const { traceId } = parseTraceparent(/desc="([^"]*)"/.exec(answer.header("server-timing") ?? "")?.[1]);
    const server = () => receiver.spans.find((span) => span.traceId === traceId && span.kind === "server");
    await expect.poll(server, { timeout: 5000, interval: 20 }).toBeDefined();
    expect(server()?.attributes).toMatchObject({ "url.path": "/octocat", "edge_gists.cache.handling": handling });
  }
});
