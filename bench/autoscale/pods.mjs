import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { toPods } from "../../e2e/pods.ts";

const run = promisify(execFile);

/** @returns {Promise<{ ready: number, starting: number, ending: number }>} the service's pods now */
export async function countPods({ kubectl, kubeconfig, context, namespace, service }) {
  const { stdout } = await run(kubectl, [
    ...(kubeconfig ? [`--kubeconfig=${kubeconfig}`] : []),
    `--context=${context}`,
    "get",
    "pods",
    `--namespace=${namespace}`,
    `--selector=serving.knative.dev/service=${service}`,
    "--output=json",
    "--request-timeout=10s",
  ]);
  const pods = toPods(stdout);
  const ending = pods.filter((pod) => pod.isEnding).length;
  const ready = pods.filter((pod) => pod.isReady && !pod.isEnding).length;
  return { ready, ending, starting: pods.length - ready - ending };
}

/** Polls; `latest` is the last result. */
export function watchPods(options) {
  let latest;
  const end = new AbortController();
  const over = (async () => {
    while (!end.signal.aborted) {
      latest = await countPods(options).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();
  const stop = async () => {
    end.abort();
    await over;
  };
  return { latest: () => latest, stop };
}
