/** What an apply writes and does, with stand-ins for the providers and for the programs that it starts. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { run } from "../support/run.ts";

const { program, folders, env, isStub } = inject("terraform");
const folder = mkdtempSync(join(tmpdir(), "edge-gists-state-"));
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), "utf8");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const planted = {
  github_token: "planted-token-5d21",
  redis_url: "rediss://user:planted-password-77ab@cache.example:6379",
  grafana_admin_password: "planted-grafana-0c9e",
};
const variables = { ...planted, redis_cidr: "10.20.0.0/16" };
const publicKey = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

/** What the cluster says of itself. */
function toCluster(uid: string): string {
  const metadata = { annotations: {}, generation: 0, name: "node", resource_version: "1", uid: "" };
  const labels = { "node-role.kubernetes.io/control-plane": "" };
  const status = {
    addresses: [{ type: "InternalIP", address: "172.18.0.2" }],
    allocatable: {},
    capacity: { cpu: "4", memory: "24000000Ki" },
    conditions: [],
    node_info: [],
  };
  const spec = { pod_cidr: "", pod_cidrs: [], provider_id: "", taints: [], unschedulable: false };
  const system = { ...metadata, name: "kube-system", labels: {}, uid };
  const pem = `-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA${publicKey}\n-----END PUBLIC KEY-----\n`;
  return JSON.stringify({
    kubernetes_namespace_v1: { metadata: [system] },
    kubernetes_nodes: { nodes: [{ metadata: [{ ...metadata, labels }], spec: [spec], status: [status] }] },
    kubernetes_secret_v1: { data: { "public.pem": pem } },
  });
}

/** Terraform on a state of this test's own. */
function terraform(action: string, more: Record<string, string> = {}, ...args: string[]) {
  const { cluster = "first", ...rest } = more;
  writeFileSync(at("cluster.json"), toCluster(cluster));
  return run(program, [action, "-input=false", `-state=${at("state")}`, ...args], {
    cwd: folders["platform"]!,
    env: {
      ...process.env,
      ...env,
      ...Object.fromEntries(
        Object.entries({ ...variables, ...rest }).map(([name, value]) => [`TF_VAR_${name}`, value]),
      ),
      STUB: at("cluster.json"),
      STUB_SECRETS: at("secrets"),
      STUB_GONE: cluster === "first" ? "" : "yes",
      PATH: `${folder}${delimiter}${process.env["PATH"]}`,
    },
  });
}

/** The changes of a plan, as `<action> <address>`. */
async function plan(more: Record<string, string> = {}): Promise<string[]> {
  const { ok, stdout, text } = await terraform("plan", more, "-json");
  if (!ok) throw new Error(text);
  const lines = stdout.split("\n").filter(Boolean);
  return lines
    .map((line) => JSON.parse(line) as { type: string; change?: { action: string; resource: { addr: string } } })
    .flatMap(({ type, change }) =>
      type === "planned_change" && change ? [`${change.action} ${change.resource.addr}`] : [],
    );
}

describe.runIf(isStub && process.platform !== "win32")("an apply", { timeout: 120_000 }, () => {
  beforeAll(async () => {
    for (const name of ["docker", "git", "kind", "kubectl"]) {
      writeFileSync(at(name), `#!/bin/sh\necho "${name} $*" >> "${at("calls")}"\necho 0\n`);
      chmodSync(at(name), 0o755);
    }
    const { ok, text } = await terraform("apply", {}, "-auto-approve");
    if (!ok) throw new Error(text);
  }, 120_000);

  test("leaves no secret in the state, given or made", () => {
    const made = read("secrets")
      .trim()
      .split("\n")
      .flatMap((line) => Object.entries(JSON.parse(line) as Record<string, string>))
      .filter(([name]) => name !== "public_key_pem")
      .flatMap(([, secret]) => [secret, secret.split("\n")[1] ?? secret]);
    expect(made.length).toBeGreaterThan(3);
    for (const file of readdirSync(folder).filter((name) => name.startsWith("state"))) {
      const state = read(file);
      for (const secret of [...Object.values(planted), "planted-password-77ab", ...made])
        for (const form of [secret, JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString("base64")])
          expect(state.includes(form), `${file} has ${form}`).toBe(false);
      expect(state).not.toContain("PRIVATE KEY");
    }
  });

  test("gives the gateway the public key that the cluster has", () => {
    const { resources } = JSON.parse(read("state")) as {
      resources: { type: string; name: string; instances: { attributes: { values: string[] } }[] }[];
    };
    const mesh = resources.find(({ type, name }) => type === "helm_release" && name === "mesh");
    const values = mesh!.instances[0]!.attributes.values.map((text) => parse(text) as { metrics?: { jwks?: string } });
    const jwks = values.findLast(({ metrics }) => metrics?.jwks)?.metrics?.jwks;
    const { keys } = JSON.parse(jwks!) as { keys: { x: string }[] };
    expect(Buffer.from(keys[0]!.x, "base64url").toString("base64")).toBe(publicKey);
  });

  test("loads the image, and a second one changes nothing", async () => {
    expect(read("calls")).toMatch(/^kind load docker-image dev\.local\/edge-gists:\w{16} --name edge-gists$/m);
    expect(await plan()).toEqual([]);
  });

  test("writes a secret again if it has changed, and nothing else", async () => {
    // The service's pods read the Secret at their start.
    expect((await plan({ github_token: "another" })).toSorted()).toEqual([
      "update helm_release.service[0]",
      "update kubernetes_secret_v1.service",
    ]);
    expect(await plan({ grafana_admin_password: "another-password" })).toEqual([
      "update kubernetes_secret_v1.grafana_admin[0]",
    ]);
  });

  test("on another cluster of the name begins anew, with the image", async () => {
    const changes = await plan({ cluster: "second" });
    expect(changes).toContain("replace terraform_data.image[0]");
    expect(changes).toContain("create helm_release.istiod");
    const kept = (JSON.parse(read("state")) as { resources: { mode: string; type: string }[] }).resources.filter(
      ({ mode, type }) => mode === "managed" && type !== "terraform_data",
    );
    const made = changes.filter((change) => change.startsWith("create "));
    expect(new Set(made.map((change) => change.replace(/^create |\[.*$/g, ""))).size).toBe(kept.length);
  });
});
