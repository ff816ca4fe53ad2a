const text = (value, usual, description) => ({
  type: "string",
  value,
  ...(usual !== undefined && { default: String(usual) }),
  description,
});

/** The options of `npm run plan`. */
export const options = {
  users: text("N", 100_000, "users"),
  "per-user": text("N", 10, "requests of a user in an hour"),
  rate: text("N", undefined, "requests a second, instead of the two above"),
  resources: text("N", 50_000, "different resources: users, pages, gists"),
  exponent: text("S", 1, "exponent of Zipf's law; 0 if all are as popular"),
  once: text("SHARE", 0, "share of requests, such as of crawlers, for resources that get no second one"),
  unchanged: text("SHARE", 0.9, "share of revalidations that get a 304"),
  latency: text("MS", 120, "time of a call to GitHub"),
  body: text("BYTES", 5000, "mean size of a response of GitHub"),
  sent: text("BYTES", undefined, "mean size of a body that is sent, compressed; without it, that of --body"),
  tokens: text("N", undefined, "tokens or installations of an App, to check whether they suffice"),
  quota: text("N", 5000, "calls of each in an hour"),
  runtime: text("NAME", "node", "node or worker"),
  pods: text("N", undefined, "node: number of pods; without it, as many as are needed"),
  "no-redis": { type: "boolean", default: false, description: "node: pods share nothing" },
  locations: text("N", 50, "worker: data centres that get requests"),
  "cpu-ms": text("MS", 1, "worker: CPU time of a request"),
  set: { ...text("NAME=VALUE", undefined, "a setting of the service, such as CACHE_TTL_SECONDS=300"), multiple: true },
  json: { type: "boolean", default: false, description: "print JSON" },
};
