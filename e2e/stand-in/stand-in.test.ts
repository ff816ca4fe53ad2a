import { expect, test } from "vitest";
import { bundleStandIn, mostBytes } from "./bundle.ts";
import { withRewrite } from "./dns.ts";
import { egressPolicy, nodePath, outside, standInHost, stranger, toManifest } from "./manifest.ts";

/** Kind's. */
const Corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
    }
    forward . /etc/resolv.conf
    loop
}
`;
const configMap = (text = Corefile) =>
  JSON.stringify({ metadata: { name: "coredns", namespace: "kube-system", uid: "7" }, data: { Corefile: text } });

interface Resource {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  data?: Record<string, string>;
  spec?: { template?: { spec: { containers: { image: string; command: string[] }[] } }; dnsNames?: string[] };
}

test("CoreDNS leads one name to another, and keeps the rest", () => {
  const { data } = JSON.parse(withRewrite(configMap(), "api.github.com", standInHost)) as {
    data: { Corefile: string };
  };
  const line = `    rewrite name exact api.github.com ${standInHost}`;
  expect(data.Corefile).toBe(Corefile.replace(".:53 {\n", `.:53 {\n${line}\n`));
});

test("once, however often", () => {
  const once = JSON.parse(withRewrite(configMap(), "a.example", "b.example")) as { data: { Corefile: string } };
  const twice = JSON.parse(withRewrite(configMap(once.data.Corefile), "a.example", "b.example")) as object;
  expect(twice).toEqual(once);
});

test("a Corefile without a block for everything is refused", () => {
  expect(() => withRewrite(configMap("example.org {\n}\n"), "a", "b")).toThrow("Corefile");
});

test("the stand-in is one program that a ConfigMap can hold", async () => {
  const program = await bundleStandIn();
  expect(program.length).toBeGreaterThan(10_000);
  expect(program.length).toBeLessThan(mostBytes);
  // No package has to be installed for it.
  const imports = [...program.matchAll(/(?:from|import)\s*"([^"]+)"/g)].map(([, name = ""]) => name);
  expect(imports.filter((name) => !name.startsWith("node:") && /^[@a-z]/.test(name) && !isBuiltIn(name))).toEqual([]);
});

/** Dependencies write them without `node:` too. */
const isBuiltIn = (name: string) => ["http", "https", "http2", "stream", "crypto", "net", "tls", "fs"].includes(name);

test("what runs in the cluster: two pods outside of the mesh, one stranger in it, all of the service's image", () => {
  const { items } = toManifest("dev.local/edge-gists:1", "program") as { items: Resource[] };
  const find = (kind: string, name: string) => items.find((item) => item.kind === kind && item.metadata.name === name);
  expect(find("Namespace", outside)?.metadata.labels).toEqual({ "istio-injection": "disabled" });
  expect(find("Namespace", stranger)?.metadata.labels).toEqual({ "istio-injection": "enabled" });
  const containers = items.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
  expect(containers.map(({ image }) => image)).toEqual(Array.from({ length: 3 }, () => "dev.local/edge-gists:1"));
  expect(containers.every(({ command }) => command[0] === nodePath)).toBe(true);
  expect(find("ConfigMap", "github")?.data).toEqual({ "main.mjs": "program" });
  expect(find("Certificate", "github")?.spec?.dnsNames).toEqual(["api.github.com"]);
  expect(find("NetworkPolicy", egressPolicy.name)?.metadata).toEqual(egressPolicy);
  expect(find("Service", "github")?.metadata.annotations).toEqual({ "networking.istio.io/exportTo": "~" });
});
