/** The fleets that are simulated, as options of simulate.mjs. */

const common = {
  pods: 1000,
  users: 10_000_000,
  requestsPerUserHour: 1,
  keys: 50_000,
  exponent: 1,
  // So many because of the pace: a token makes 800 calls a minute at most.
  tokens: 64,
  ramp: 60,
  shared: true,
  // All copies of all pods are in one process.
  env: { CACHE_MAX_ENTRIES: "500" },
  seed: 1,
};

/** The largest distance from the least possible calls. */
export const tolerance = 0.01;

const limit = { from: 90, seconds: 50 };

/** `isContrast`: what the fleet shares is left out, and the figures must show it. */
export const scenarios = {
  steady: { title: "All pods stay", options: { ...common, seconds: 300 } },
  churn: {
    title: "Each second a pod is replaced; one in ten crashes",
    options: { ...common, seconds: 150, churn: { every: 1, crashes: 0.1 } },
  },
  limit: {
    title: "GitHub limits a token for 50 s, and tells one pod",
    options: { ...common, seconds: 150, limit },
  },
  limitAlone: {
    title: "The same, but pods do not share limits",
    isContrast: true,
    options: { ...common, seconds: 150, limit, limitsShared: false },
  },
  cold: { title: "An empty cache, and all users at once", isCold: true, options: { ...common, ramp: 0, seconds: 30 } },
  alone: {
    title: "Pods share nothing, all users at once",
    isContrast: true,
    options: { ...common, ramp: 0, seconds: 30, shared: false },
  },
};
