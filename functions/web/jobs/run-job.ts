import type { JobName, Jobs, Order, Report } from "./jobs.ts";

/** Milliseconds that one piece of work may take. Files can be made so that a parser takes hours for them. */
const limit = 3000;

interface Pending {
  order: Order;
  resolve: (answer: never) => void;
  reject: (error: Error) => void;
}

const queue: Pending[] = [];
let running: Pending | undefined;
let worker: Worker | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let orders = 0;

/**
 * Has a job done in a worker, one after another: the page stays responsive, whatever a file contains.
 * @throws Error if it fails or takes too long
 */
export function runJob<Name extends JobName>(name: Name, asked: Jobs[Name]["asked"]): Promise<Jobs[Name]["answer"]> {
  return new Promise((resolve, reject) => {
    queue.push({ order: { id: (orders += 1), name, asked } as Order, resolve, reject });
    next();
  });
}

function next(): void {
  if (running) return;
  running = queue.shift();
  if (!running) return;
  try {
    worker ??= start();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(running.order);
  } catch (error) {
    finish(({ reject }) => reject(error as Error));
  }
}

function finish(settle: (pending: Pending) => void): void {
  clearTimeout(timer);
  const pending = running;
  running = undefined;
  if (pending) settle(pending);
  next();
}

/** Ends the worker with the job that it is at; the next job gets a new one. */
function end(reason: string): void {
  worker?.terminate();
  worker = undefined;
  finish(({ reject }) => reject(new Error(reason)));
}

function start(): Worker {
  const started = new Worker(address(), { type: "module" });
  started.addEventListener("message", ({ data }: MessageEvent<Report>) => {
    if (data.id !== running?.order.id) return;
    if ("begun" in data) timer = setTimeout(() => end(`not done within ${limit} ms`), limit);
    else if ("error" in data) finish(({ reject }) => reject(new Error(data.error)));
    else finish(({ resolve }) => resolve(data.answer as never));
  });
  started.addEventListener("error", () => end("the worker failed"));
  return started;
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL: () => string }): { createScriptURL: (text: string) => string };
}

let trusted: string | undefined;

/** The worker's address, which the document names. The policy gives this one address, whatever it is asked for. */
function address(): string {
  const { content = "" } = document.querySelector<HTMLMetaElement>('meta[name="edge-gists-worker"]') ?? {};
  const url = new URL(content, document.baseURI).href;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  return (trusted ??= trustedTypes?.createPolicy("worker", { createScriptURL: () => url }).createScriptURL("") ?? url);
}
