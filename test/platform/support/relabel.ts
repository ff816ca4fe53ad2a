import { read } from "./files.ts";

/** A target of Prometheus: its labels, those of its discovery too. */
export type Target = Readonly<Record<string, string>>;

interface Rule {
  source_labels: string[];
  separator: string;
  regex: RegExp;
  replacement: string;
  target_label: string;
  action: string;
}

/** One block of Alloy's configuration: `key = value` of strings and lists of strings, which JSON knows too. */
function toRule(text: string): Rule {
  const given = Object.fromEntries(
    [...text.matchAll(/^\s*(\w+)\s*=\s*(".*"|\[.*\])$/gm)].map(([, key, value]) => [key, JSON.parse(value!)]),
  );
  const rule = { source_labels: [], separator: ";", regex: "(.*)", replacement: "$1", target_label: "", ...given };
  return { action: "replace", ...rule, regex: new RegExp(`^(?:${rule.regex})$`, "s") };
}

/** The rules of `discovery.relabel "<name>"` in Alloy's configuration for a cluster, behind those of the one before it. */
function rulesOf(name: string): Rule[] {
  const config = read("observability/chart/alloy/kubernetes.alloy");
  const [, block] = new RegExp(`^discovery\\.relabel "${name}" \\{\\n([^]*?)\\n\\}$`, "m").exec(config) ?? [];
  if (block === undefined) throw new Error(`kubernetes.alloy has no discovery.relabel "${name}"`);
  const [, before] = /^ {2}targets = discovery\.relabel\.(\w+)\.output$/m.exec(block) ?? [];
  const own = [...block.matchAll(/^ {2}rule \{\n([^]*?)\n {2}\}$/gm)].map(([, text]) => toRule(text!));
  return before ? [...rulesOf(before), ...own] : own;
}

/**
 * What a component `discovery.relabel` makes of targets
 * (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config).
 * @throws Error for an action that it does not know
 */
export function relabel(name: string, targets: readonly Target[]): Target[] {
  return rulesOf(name).reduce<Target[]>(
    (left, { source_labels: sources, separator, regex, replacement, target_label: label, action }) =>
      left.flatMap((target) => {
        const value = sources.map((source) => target[source] ?? "").join(separator);
        const match = regex.exec(value);
        switch (action) {
          case "keep":
            return match ? [target] : [];
          case "drop":
            return match ? [] : [target];
          case "replace":
            return [match ? { ...target, [label]: value.replace(regex, replacement) } : target];
          default:
            throw new Error(`unknown action ${action}`);
        }
      }),
    [...targets],
  );
}
