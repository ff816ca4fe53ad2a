/** The variants: each adds to the one before. Metrics cannot be turned off, and are part of all. */
export const variants = [
  { name: "metrics", env: { LOG_LEVEL: "silent" } },
  { name: "metrics, logs", env: { LOG_LEVEL: "info" } },
  {
    name: "metrics, logs, unsampled traces",
    env: { LOG_LEVEL: "info", OTEL_TRACES_SAMPLER: "always_off" },
    traced: true,
  },
  {
    name: "metrics, logs, sampled and exported traces",
    env: { LOG_LEVEL: "info", OTEL_TRACES_SAMPLER: "always_on" },
    traced: true,
  },
];
