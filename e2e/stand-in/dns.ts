interface ConfigMap {
  metadata: { name: string; namespace: string };
  data: { Corefile: string };
}

/**
 * CoreDNS's configuration with one name that leads to another. Everything between service and GitHub stays as deployed:
 * only the server of that name changes.
 * @throws Error if the Corefile has no server block for everything
 */
export function withRewrite(json: string, from: string, to: string): string {
  const { metadata, data } = JSON.parse(json) as ConfigMap;
  const line = `    rewrite name exact ${from} ${to}`;
  const Corefile = data.Corefile.split("\n").includes(line)
    ? data.Corefile
    : data.Corefile.replace(/^\.:53 \{$/m, (block) => `${block}\n${line}`);
  if (!Corefile.includes(line)) throw new Error(`no block ".:53 {" in CoreDNS's Corefile:\n${data.Corefile}`);
  const { name, namespace } = metadata;
  return JSON.stringify({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { ...data, Corefile },
  });
}
