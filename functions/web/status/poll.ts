/** Time between two requests, in milliseconds. */
export const interval = 2000;

/** Timeout of a request, in milliseconds. */
const timeout = 5000;

/** Why there are no figures, in one sentence. */
export function explain(status: number): string {
  if (status === 401 || status === 403)
    return `/metrics is refused here (${status}), by the service's gateway or a proxy in front. Past it, this page works: on Kubernetes through "kubectl port-forward" to a pod.`;
  return `/metrics responded with ${status}.`;
}

const redirected = "/metrics leads to another page here, such as one to sign in, by a proxy in front.";

export type Polled = { text: string } | { problem: string };

/** Requests /metrics next to this page, as Prometheus does. */
export async function poll(address: URL): Promise<Polled> {
  try {
    const response = await fetch(address, {
      headers: { accept: "text/plain" },
      cache: "no-store",
      // Such as to a page to sign in, often of another origin, which the policy of this page refuses.
      redirect: "manual",
      signal: AbortSignal.timeout(timeout),
    });
    if (response.type === "opaqueredirect") return { problem: redirected };
    return response.ok ? { text: await response.text() } : { problem: explain(response.status) };
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    return { problem: isLate ? "/metrics did not respond within 5 seconds." : "The service cannot be reached." };
  }
}

/**
 * Milliseconds that never step back, and that go on while the machine sleeps: the monotonic clock may stand still
 * then (https://github.com/w3c/hr-time/issues/115), the other one may be set.
 */
export function createClock(monotonic: () => number, wall: () => number): () => number {
  let [elapsed, lastMonotonic, lastWall] = [0, monotonic(), wall()];
  return function now() {
    const [nextMonotonic, nextWall] = [monotonic(), wall()];
    elapsed += Math.max(nextMonotonic - lastMonotonic, nextWall - lastWall);
    [lastMonotonic, lastWall] = [nextMonotonic, nextWall];
    return elapsed;
  };
}

/**
 * Does one piece of work after another, an interval from start to start, while it is wanted.
 * @param work never fails
 * @param isWanted such as while the page is visible
 * @returns call it when `isWanted` may have changed
 */
export function repeat(work: () => Promise<void>, isWanted: () => boolean): () => void {
  let isUnderWay = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function turn(): Promise<void> {
    const startedAt = performance.now();
    isUnderWay = true;
    await work();
    isUnderWay = false;
    if (isWanted()) timer = setTimeout(start, Math.max(interval - (performance.now() - startedAt), 0));
  }

  function start(): void {
    clearTimeout(timer);
    if (isWanted() && !isUnderWay) void turn();
  }
  return start;
}
