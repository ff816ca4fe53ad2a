import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { coarse, moments, summarize, toMoments } from "./model/cold-start.ts";

const run = promisify(execFile);

/** Time to zero: window, grace and retention period, the end of the pod, with a margin. */
const toZeroSeconds = 900;

/** Sends a request over a new connection. Times are in milliseconds since 1970. */
async function ask(url, ca, timeout) {
  const sent = Date.now();
  const { get } = url.protocol === "https:" ? https : http;
  const signal = AbortSignal.timeout(timeout);
  const late = () => new Error(`${url}: no response within ${timeout / 1000} s`);
  const [response] = await once(get(url, { agent: false, signal, ...(ca && { ca }) }), "response").catch((error) => {
    throw signal.aborted ? late() : error;
  });
  const firstByte = Date.now();
  response.resume();
  await once(response, "end");
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
  return { sent, firstByte };
}

/** Kubectl's output. */
function createKubectl({ kubectl, kubeconfig, context, namespace }) {
  const common = [...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []), `--context=${context}`];
  return async (...args) => {
    const { stdout } = await run(kubectl, [...common, `--namespace=${namespace}`, "--request-timeout=20s", ...args]);
    return stdout;
  };
}

const toCell = (value) => (value === undefined ? "?" : String(value)).padStart(8);

/** Starts from zero, one after another, each with the moments of its pod. */
export async function measureColdStarts(options) {
  const { url, service, timeout = 120_000 } = options;
  const kubectl = createKubectl(options);
  const ca = options.ca && readFileSync(options.ca);
  const list = async () =>
    JSON.parse(await kubectl("get", "pods", `--selector=serving.knative.dev/service=${service}`, "--output=json"))
      .items;
  const log = (pod, container) =>
    kubectl("logs", pod.metadata.name, `--container=${container}`, "--timestamps", "--limit-bytes=1000000");
  const starts = [];
  console.log(`Milliseconds since the request. Of ${[...coarse].join(", ")} Kubernetes tells whole seconds.`);
  for (let start = 1; start <= options.coldStarts; start += 1) {
    for (const deadline = Date.now() + toZeroSeconds * 1000; (await list()).length > 0; await sleep(1000))
      if (Date.now() > deadline) throw new Error(`it did not scale to zero within ${toZeroSeconds} s`);
    const { sent, firstByte } = await ask(url, ca, timeout);
    const pods = await list();
    const pod = pods.toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))[0];
    if (!pod) throw new Error("it has no pod, but answered");
    const logs = { service: await log(pod, service), proxy: await log(pod, "istio-proxy").catch(() => "") };
    const found = toMoments({ pod, sent, firstByte, logs });
    starts.push(found);
    console.log(`${start}: ${moments.map((moment) => `${moment} ${found[moment] ?? "?"}`).join(", ")}`);
  }
  const rows = summarize(starts);
  console.log(`\n${"".padEnd(18)}${["p50", "p90", "p99", "max"].map(toCell).join("")}`);
  for (const { moment, p50, p90, p99, most } of rows)
    console.log(`${moment.padEnd(18)}${[p50, p90, p99, most].map(toCell).join("")}`);
  return { starts, summary: rows };
}
