import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { localImage, toPlan } from "./plan.mjs";

interface Command {
  command: string[];
  env?: Record<string, string>;
  input?: string;
}

const wanted = {
  method: "helm",
  provision: true,
  context: "kind-edge-gists",
  environment: "kind",
  image: "",
  secrets: { github_token: "token-4c1", grafana_admin_user: "", grafana_admin_password: "password-77" },
};
const nothing = { responds: false, isThere: false, isOurs: false, platform: [] };
const theirs = { ...nothing, responds: true, isThere: true };
const ours = { ...theirs, isOurs: true };
const plan = (more: object, found: object): Command[] => toPlan({ ...wanted, ...more }, found);
const apply = (commands: Command[], root = "platform") =>
  commands.find(({ command }) => command.includes("apply") && command.includes(`-chdir=terraform/${root}`));

describe("by Terraform", () => {
  test("makes the cluster where there is none", () => {
    expect(apply(plan({}, nothing), "cluster")?.env).toMatchObject({ TF_VAR_cluster_name: "edge-gists" });
    expect(apply(plan({}, nothing))?.env).toMatchObject({ TF_VAR_cluster_name: "edge-gists" });
  });

  test("keeps the cluster that it made before", () => {
    expect(apply(plan({}, ours), "cluster")).toBeUndefined();
    expect(apply(plan({}, ours))?.env).not.toHaveProperty("TF_VAR_kubeconfig_context");
  });

  test("takes another's cluster as it is, with an image", () => {
    expect(() => plan({}, theirs)).toThrow("IMAGE");
    const commands = plan({ image: "ghcr.io/o/edge-gists:1.0.0" }, theirs);
    expect(apply(commands, "cluster")).toBeUndefined();
    expect(apply(commands)?.env).toMatchObject({ TF_VAR_kubeconfig_context: "kind-edge-gists" });
  });

  test("names only variables that there are, and leaves out what is not set", () => {
    const names = [nothing, theirs].flatMap((found) =>
      ["helm", "manifest"].flatMap((method) => Object.keys(apply(plan({ method, image: "a" }, found))?.env ?? {})),
    );
    expect(names.length).toBeGreaterThan(10);
    const text = readFileSync(new URL("../../terraform/platform/variables.tf", import.meta.url), "utf8");
    for (const name of names) expect(text).toContain(`variable "${name.replace("TF_VAR_", "")}"`);
    expect(names).not.toContain("TF_VAR_grafana_admin_user");
  });
});

describe("by manifests", () => {
  const manifest = { method: "manifest" };

  test("onto a cluster that has a platform: files that are committed, in their order", () => {
    const commands = plan(manifest, theirs).map(({ command }) => command.join(" "));
    const files = commands.flatMap((command) => /--filename=(\S+\.yaml)/.exec(command)?.[1] ?? []);
    const folder = new URL("../../knative/manifests/kind", import.meta.url);
    expect(files).toEqual(
      readdirSync(folder)
        .toSorted()
        .map((name) => `knative/manifests/kind/${name}`),
    );
  });

  test("Kind gets the image and the secret that the manifest names", () => {
    const commands = plan(manifest, theirs);
    const text = readFileSync(new URL("../../knative/manifests/kind/30-edge-gists.yaml", import.meta.url), "utf8");
    expect(text).toContain(`image: ${localImage}\n`);
    expect(commands.some(({ command }) => command[0] === "kind" && command.includes(localImage))).toBe(true);
    const { metadata } = JSON.parse(commands.find(({ input }) => input)?.input ?? "") as { metadata: { name: string } };
    expect(text).toMatch(new RegExp(`secretKeyRef:\\s+(?:key: \\S+\\s+)?name: "?${metadata.name}"?\\s`));
  });

  test("without a cluster: Terraform makes all but the service", () => {
    const commands = plan(manifest, nothing);
    expect(apply(commands, "cluster")).toBeDefined();
    expect(apply(commands)?.env).toMatchObject({ TF_VAR_deploy_service: "false" });
    expect(commands.map(({ command }) => command.join(" ")).join("\n")).not.toContain("-target");
  });

  test.each([
    ["kind", "127.0.0.1.sslip.io"],
    ["production", "example.com"],
  ])("Terraform's gateway has the manifests' domain: %s", (environment, domain) => {
    expect(apply(plan({ ...manifest, environment }, nothing))?.env).toMatchObject({ TF_VAR_domain: domain });
  });

  test.each([
    ["TF_VAR_domain", { domain: "example.org" }],
    ["TF_VAR_https_port", { https_port: "8443" }],
  ])("refuses another %s than the manifests have", (name, address) => {
    for (const found of [nothing, ours]) {
      expect(() => plan({ ...manifest, address }, found)).toThrow(name);
      expect(() => plan({ address }, found)).not.toThrow();
    }
  });

  test("what Terraform has installed stays Terraform's", () => {
    const installed = { ...ours, platform: ["helm_release.mesh"] };
    for (const found of [installed, { ...installed, isOurs: false }]) {
      const commands = plan(manifest, found);
      expect(apply(commands)?.env).toMatchObject({ TF_VAR_deploy_service: "false" });
      const files = commands.flatMap(({ command }) => command.filter((word) => word.endsWith(".yaml")));
      expect(files).toEqual(["--filename=knative/manifests/kind/30-edge-gists.yaml"]);
    }
  });
});

describe("does not replace a cluster", () => {
  test.each(["helm", "manifest"])("that does not respond while Kind has it: %s", (method) => {
    expect(() => plan({ method }, { ...nothing, isThere: true, isOurs: true })).toThrow("does not respond");
  });

  test("for which Kind is not asked", () => {
    const found = { ...ours, isThere: false, platform: ["helm_release.mesh"] };
    for (const method of ["helm", "manifest"])
      expect(apply(plan({ method, provision: false }, found), "cluster")).toBeUndefined();
  });

  test("that the state has besides the wanted one", () => {
    const other = { ...theirs, other: "kind-else", platform: ["helm_release.mesh"] };
    for (const found of [other, { ...other, responds: false, isThere: false }])
      expect(() => plan({ image: "ghcr.io/o/edge-gists:1.0.0" }, found)).toThrow("kind-else");
  });
});

test.each([
  [{ provision: false }, nothing, "PROVISION_CLUSTER"],
  [{ context: "somewhere" }, nothing, "somewhere"],
])("refuses %j", (more, found, name) => {
  expect(() => plan(more, found)).toThrow(name);
});

test("secrets are on no command line", () => {
  const commands = [...plan({}, nothing), ...plan({ method: "manifest" }, nothing)];
  const text = commands.map(({ command }) => command.join(" ")).join("\n");
  expect(text).not.toMatch(/token-4c1|password-77/);
});
