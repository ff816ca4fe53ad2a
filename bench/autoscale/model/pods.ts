/** Times of a pod, in seconds. */
export interface PodTimes {
  /** From the decision until it is ready. */
  coldStart: number;
  /** From the decision until it is gone. It gets no new requests. */
  stop: number;
}

export interface PodCounts {
  ready: number;
  starting: number;
  ending: number;
}

/** The pods of a Deployment, as the autoscaler's decisions make and remove them. */
export interface Pods {
  scale: (now: number, replicas: number) => void;
  count: (now: number) => PodCounts;
}

export function createPods({ coldStart, stop }: PodTimes): Pods {
  let readyAt: number[] = [];
  let goneAt: number[] = [];
  return {
    scale(now, replicas) {
      while (readyAt.length < replicas) readyAt.push(now + coldStart);
      // Kubernetes removes pods that are not ready first, then the newest.
      const removed = readyAt.toSorted((a, b) => b - a).slice(0, readyAt.length - replicas);
      readyAt = readyAt.filter((at) => !removed.includes(at) || removed.splice(removed.indexOf(at), 1).length === 0);
      goneAt = [...goneAt, ...Array.from({ length: Math.max(0, removed.length) }, () => now + stop)];
    },
    count(now) {
      const ready = readyAt.filter((at) => at <= now).length;
      return { ready, starting: readyAt.length - ready, ending: goneAt.filter((at) => at > now).length };
    },
  };
}
