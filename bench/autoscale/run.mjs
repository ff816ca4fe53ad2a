import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { root } from "../../harness/built.mjs";
import { heading, toLine, toSvg } from "./draw.mjs";
import { createTally, load } from "./load.mjs";
import { readOptions } from "./options.mjs";

async function demonstrate(options) {
  // It is TypeScript in part, which an old Node cannot load. That was refused with the options.
  const { countPods, watchPods } = await import("./pods.mjs");
  const { url, steps, hasPods, address } = options;
  if (address) {
    Object.assign(process.env, { HOSTS_SUFFIX: url.hostname, HOSTS_ADDRESS: address });
    await import("../../e2e/hosts.mjs");
  }
  if (hasPods) {
    await countPods(options).catch((error) => {
      throw new Error(`kubectl does not tell pods (--without-pods does without): ${error.stderr ?? error.message}`);
    });
  }
  const ca = options.ca && readFileSync(options.ca);
  const tally = createTally();
  const watched = hasPods ? watchPods(options) : undefined;
  const samples = [];
  let connections = 0;
  let during = 0;
  console.log(`${url}\n${heading}`);
  const started = Date.now();
  const timer = setInterval(() => {
    const second = Math.round((Date.now() - started) / 1000) - 1;
    samples.push({ second, connections: during, ...tally.take(), pods: watched?.latest() });
    during = connections;
    console.log(toLine(samples.at(-1), Math.max(...samples.map(({ requests }) => requests))));
  }, 1000);
  for (const step of steps) {
    connections = step.connections;
    if (samples.length === 0) during = connections;
    await load(step, { url, ca, tally });
  }
  clearInterval(timer);
  await watched?.stop();
  return samples;
}

function summary(samples) {
  const sum = (key) => samples.reduce((total, sample) => total + sample[key], 0);
  const most = (of) => Math.max(0, ...samples.map(of));
  return {
    requests: sum("requests"),
    failed: sum("failed"),
    mostPods: most(({ pods }) => pods?.ready ?? 0),
    mostRequestsASecond: most(({ requests }) => requests),
  };
}

try {
  const options = readOptions(process.argv.slice(2));
  const samples = await demonstrate(options);
  const { requests, failed, mostPods, mostRequestsASecond } = summary(samples);
  const out = resolve(root, options.out);
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(`${out}.json`, `${JSON.stringify({ url: options.url, steps: options.steps, samples })}\n`);
  writeFileSync(`${out}.svg`, toSvg(samples, `${options.url.host}: load, latency and pods`));
  const pods = options.hasPods ? `, at most ${mostPods} pods` : "";
  console.log(`\n${requests} answered, at most ${mostRequestsASecond} a second, ${failed} failed${pods}`);
  console.log(`${out}.svg`);
  process.exitCode = requests > 0 && failed === 0 ? 0 : 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
