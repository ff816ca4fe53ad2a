import { connect } from "node:net";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startChild } from "../../../harness/child.ts";
import { knativeService, only, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { startEnvoy } from "./envoy.ts";
import { toMesh, type Ways } from "./mesh.ts";

/** Each client may cause this many calls to GitHub in a minute. */
const limit = 2;

/** What the mesh's chart makes of the gateway's port for names in the cluster. */
function localGateway(): object {
  const filter = only(toDocuments(read("knative/manifests/kind/10-mesh.yaml")), "EnvoyFilter", "client-address");
  return filter.spec.configPatches[0].patch.value.typed_config;
}

/** The chart's own value, as a pod gets it. */
function trustedProxies(): string {
  const [container] = knativeService(toDocuments(read("knative/manifests/kind/30-edge-gists.yaml"))).spec.template.spec
    .containers;
  return container.env.find(({ name }) => name === "TRUSTED_PROXIES").value;
}

const folder = mkdtempSync(join(tmpdir(), "edge-gists-clients-"));
const running: { stop: () => Promise<void> }[] = [];
let ways: Ways;
let nextUser = 0;

beforeAll(async () => {
  const service = await startChild("dist/node/server.js", {
    GITHUB_API_URL: inject("github"),
    GITHUB_TOKEN: "good-clients",
    CLIENT_MISSES_PER_MINUTE: String(limit),
    TRUSTED_PROXIES: trustedProxies(),
  });
  running.push(service);
  ways = await toMesh(service.port, localGateway());
  running.push(await startEnvoy(join(folder, "mesh.json"), ways.config));
});

afterAll(async () => {
  for (const program of running.toReversed()) await program.stop();
  rmSync(folder, { recursive: true });
});

/** The status for a list that nobody has asked for, sent by a client of this address. */
function ask(way: "direct" | "activator", client: string, ...headers: string[]): Promise<number> {
  const family = client.includes(":") ? "TCP6" : "TCP4";
  const lines = [`GET /client-${process.pid}-${nextUser++} HTTP/1.1`, "Host: gists", "Connection: close", ...headers];
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(ways[way], "127.0.0.1", () => {
      socket.write(`PROXY ${family} ${client} ${client} 40000 443\r\n${lines.join("\r\n")}\r\n\r\n`);
    });
    socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
    socket.on("error", reject).on("close", () => resolve(Number(text.split(" ")[1])));
  });
}

describe.each(["direct", "activator"] as const)("%s:", (way) => {
  const client = (host: number) => `203.0.113.${(way === "direct" ? 0 : 100) + host}`;

  test("a client that is limited locks nobody else out", async () => {
    for (let asked = 0; asked < limit; asked++) expect(await ask(way, client(1))).not.toBe(403);
    expect(await ask(way, client(1)), "its calls are used up").toBe(403);
    expect(await ask(way, client(2)), "another client has its own").not.toBe(403);
  });

  test("a client does not become another by what it sends", async () => {
    for (let asked = 0; asked < limit; asked++) expect(await ask(way, client(3))).not.toBe(403);
    for (const forged of ["198.51.100.7", "127.0.0.1", "127.0.0.6", "198.51.100.7, 127.0.0.6", client(4)])
      expect(await ask(way, client(3), `X-Forwarded-For: ${forged}`), forged).toBe(403);
    expect(await ask(way, client(4)), "nobody used up its calls").not.toBe(403);
  });

  test("a client over IPv6 is its network", async () => {
    const site = way === "direct" ? "2001:db8:1:2" : "2001:db8:1:3";
    for (let asked = 0; asked < limit; asked++) expect(await ask(way, `${site}::${asked}`)).not.toBe(403);
    expect(await ask(way, `${site}:ffff::9`)).toBe(403);
  });
});
