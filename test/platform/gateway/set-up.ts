import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import "../../targets/provided.ts";
import { toEnvironment } from "../../../e2e/contract.ts";
import { toEnvoyConfig } from "../../../e2e/envoy/config.ts";
import { buildIfNeeded } from "../../../harness/built.mjs";
import { startChild } from "../../../harness/child.ts";
import { freePort } from "../../../harness/free-port.ts";
import { makeCertificates } from "./certificates.ts";
import { startEnvoy } from "./envoy.ts";

declare module "vitest" {
  interface ProvidedContext {
    gateway: {
      domain: string;
      /** Where Envoy listens. */
      gateway: { host: string; http: number; https: number };
      /** Certificate of the authority that signed Envoy's: a file's path. */
      ca: string;
    };
  }
}

const domain = "gateway.test";
const host = `gists.${domain}`;

/** vitest's globalSetup: the built Node server behind a real Envoy with TLS, as Istio sets it up, with the stand-in as GitHub. */
export default async function setUp(project: TestProject) {
  buildIfNeeded();
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-gateway-"));
  const running: { stop: () => Promise<void> }[] = [];
  const tearDown = async () => {
    for (const program of running.toReversed()) await program.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ca = makeCertificates(folder, [host, "api.github.com"]);
    const [tlsPort, https, http] = [await freePort(), await freePort(), await freePort()];
    const url = `https://${host}:${https}`;
    const standIn = await startChild("e2e/stand-in/main.ts", { TLS_FOLDER: folder, TLS_PORT: String(tlsPort) });
    running.push(standIn);
    const service = await startChild("dist/node/server.js", {
      ...toEnvironment({ ca, suffix: "api.github.com", address: "127.0.0.1" }),
      GITHUB_API_URL: `https://api.github.com:${tlsPort}`,
      GITHUB_TOKEN: "good-gateway",
      TRUSTED_PROXIES: "127.0.0.1,::1",
      PUBLIC_URL: url,
      // As with observability on a cluster: the contract holds with traces and a collector too. Nothing listens there.
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
      FARO_URL: `https://grafana.${domain}:9/collect`,
    });
    running.push(service);
    const options = { port: https, httpPort: http, service: service.port, host, tls: folder };
    running.push(await startEnvoy(join(folder, "envoy.json"), toEnvoyConfig(options)));
    // Node reads these when it starts: the processes that run the tests start after this.
    Object.assign(process.env, toEnvironment({ ca, suffix: host, address: "127.0.0.1" }));
    project.provide("base", url);
    project.provide("github", `http://127.0.0.1:${standIn.port}`);
    project.provide("runtime", "gateway");
    project.provide("worker", undefined);
    project.provide("gateway", { domain, gateway: { host: "127.0.0.1", http, https }, ca });
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}
