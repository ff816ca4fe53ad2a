import { parse } from "yaml";
import { read } from "../support/files.ts";

const isMap = (value: unknown): value is Record<string, any> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values over others, as Helm merges them: maps by key, everything else whole. */
function merge(under: any, over: any): any {
  if (!isMap(under) || !isMap(over)) return over;
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) merged[key] = key in under ? merge(under[key], value) : value;
  return merged;
}

/** The values that Istio's charts get in an environment. */
export function istioValues(part: "istiod" | "ingressgateway" | "egressgateway", environment: string): any {
  const base = parse(read(`istio/values/${part}.yaml`));
  return environment === "kind" ? base : merge(base, parse(read(`istio/values/${part}-production.yaml`)));
}
