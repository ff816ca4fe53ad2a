import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { type OwnService, startBeside, useService } from "../../contract/support/service.ts";
import { startReceiver } from "../support/receiver.ts";
import { scheduleDelay } from "../support/service.ts";
import { spansOf, traceOf } from "../support/traces.ts";

/** True if a certificate can be made. Reported if not, and a failure if REQUIRE_ALL=1. */
function hasOpenssl(): boolean {
  if (spawnSync("openssl", ["version"]).status === 0) return true;
  if (process.env["REQUIRE_ALL"] === "1") throw new Error("REQUIRE_ALL=1, and openssl is not on PATH");
  console.warn("LEFT OUT: tests of a receiver over TLS, since openssl is not on PATH");
  return false;
}

describe.runIf(hasOpenssl())("a receiver over TLS that wants a certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-otlp-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", file(`${name}.key`)];

  /** A key pair of the test's own CA. */
  function issue(name: string): void {
    openssl("req", ...key(name), "-out", file(`${name}.csr`), "-subj", `/CN=${name}`);
    writeFileSync(file("names"), "subjectAltName=IP:127.0.0.1\n");
    const ca = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
    const out = ["-out", file(`${name}.pem`), "-days", "1", "-extfile", file("names")];
    openssl("x509", "-req", "-in", file(`${name}.csr`), ...ca, ...out);
  }
  openssl("req", "-x509", ...key("ca"), "-out", file("ca.pem"), "-days", "1", "-subj", "/CN=a test's CA");
  issue("receiver");
  issue("client");

  const service = useService();
  const all = {
    CERTIFICATE: file("ca.pem"),
    CLIENT_CERTIFICATE: file("client.pem"),
    CLIENT_KEY: file("client.key"),
  };
  const named = (prefix: string, files: Record<string, string>) =>
    Object.fromEntries(Object.entries(files).map(([name, path]) => [`${prefix}_${name}`, path]));
  const [general, own] = ["OTEL_EXPORTER_OTLP", "OTEL_EXPORTER_OTLP_TRACES"];

  async function start(env: Record<string, string>) {
    const [ca, cert, secret] = ["ca.pem", "receiver.pem", "receiver.key"].map((name) => readFileSync(file(name)));
    const receiver = await startReceiver({ ca, cert, key: secret, requestCert: true, rejectUnauthorized: true });
    onTestFinished(() => receiver.close());
    const target = await startBeside(service as OwnService, {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_BSP_SCHEDULE_DELAY: String(scheduleDelay),
      ...env,
    });
    onTestFinished(target.stop);
    return { receiver, target };
  }

  test.each([
    ["by the general variables", named(general, all)],
    [
      "by those for traces, which win",
      {
        ...named(general, { ...all, CERTIFICATE: file("client.pem"), CLIENT_KEY: "/no/such/file" }),
        ...named(own, all),
      },
    ],
  ])("gets what both ways export, %s", async (_what, env) => {
    const { receiver, target } = await start(env);
    const path = `${target.url}/octocat?since=${freshSince()}`;
    for (const spans of [3, 2]) await spansOf(receiver, traceOf(await fetch(path)).traceId, spans);
  });

  test.each([
    ["the CA", { CLIENT_CERTIFICATE: all.CLIENT_CERTIFICATE, CLIENT_KEY: all.CLIENT_KEY }],
    ["the client's certificate", { CERTIFICATE: all.CERTIFICATE }],
  ])("gets nothing without %s, and the log says so", async (_what, files) => {
    const { receiver, target } = await start(named(general, files));
    await fetch(`${target.url}/rate_limit`);
    await expect.poll(() => target.logs().join("\n"), { timeout: 8000 }).toContain('"traces are not exported"');
    expect(receiver.requests).toEqual([]);
  });
});
