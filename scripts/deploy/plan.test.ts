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
const nothing = { exists: false, isOurs: false };
const plan = (more: object, found: object): Command[] => toPlan({ ...wanted, ...more }, found);
const apply = (commands: Command[]) => commands.find(({ command }) => command.includes("apply"));

describe("by Terraform", () => {
  test("makes the cluster where there is none", () => {
    const { env, command } = apply(plan({}, nothing))!;
    expect(env).toMatchObject({ TF_VAR_provision_cluster: "true", TF_VAR_cluster_name: "edge-gists" });
    expect(command.join(" ")).not.toContain("-target");
  });

  test("keeps the cluster that it made before", () => {
    expect(apply(plan({}, { exists: true, isOurs: true }))?.env?.["TF_VAR_provision_cluster"]).toBe("true");
  });

  test("takes another's cluster as it is, with an image", () => {
    const found = { exists: true, isOurs: false };
    expect(() => plan({}, found)).toThrow("IMAGE");
    const { env } = apply(plan({ image: "ghcr.io/o/edge-gists:1.0.0" }, found))!;
    expect(env).toMatchObject({ TF_VAR_provision_cluster: "false", TF_VAR_kubeconfig_context: "kind-edge-gists" });
  });

  test("names only variables that there are, and leaves out what is not set", () => {
    const text = readFileSync(new URL("../../terraform/variables.tf", import.meta.url), "utf8");
    const names = Object.keys({
      ...apply(plan({ image: "a" }, nothing))?.env,
      ...apply(plan({ image: "a" }, { exists: true, isOurs: false }))?.env,
    });
    for (const name of names) expect(text).toContain(`variable "${name.replace("TF_VAR_", "")}"`);
    expect(names).not.toContain("TF_VAR_grafana_admin_user");
  });
});

describe("by manifests", () => {
  const manifest = { method: "manifest" };

  test("onto a cluster that has a platform: files that are committed, in their order", () => {
    const commands = plan(manifest, { exists: true, isOurs: false }).map(({ command }) => command.join(" "));
    const files = commands.flatMap((command) => /--filename=(\S+\.yaml)/.exec(command)?.[1] ?? []);
    const folder = new URL("../../knative/manifests/kind", import.meta.url);
    expect(files).toEqual(
      readdirSync(folder)
        .toSorted()
        .map((name) => `knative/manifests/kind/${name}`),
    );
  });

  test("Kind gets the image and the secret that the manifest names", () => {
    const commands = plan(manifest, { exists: true, isOurs: false });
    const text = readFileSync(new URL("../../knative/manifests/kind/30-edge-gists.yaml", import.meta.url), "utf8");
    expect(text).toContain(`image: ${localImage}\n`);
    expect(commands.some(({ command }) => command[0] === "kind" && command.includes(localImage))).toBe(true);
    const { metadata } = JSON.parse(commands.find(({ input }) => input)?.input ?? "") as { metadata: { name: string } };
    expect(text).toMatch(new RegExp(`secretKeyRef:\\s+(?:key: \\S+\\s+)?name: "?${metadata.name}"?\\s`));
  });

  test("without a cluster: Terraform makes all but the service, with targets that there are", () => {
    const { command } = apply(plan(manifest, nothing))!;
    const targets = command.flatMap((argument) => /^-target=(\w+)\.(\w+)$/.exec(argument)?.slice(1, 3) ?? []);
    const folder = new URL("../../terraform/", import.meta.url);
    const text = readdirSync(folder)
      .filter((name) => name.endsWith(".tf"))
      .map((name) => readFileSync(new URL(name, folder), "utf8"))
      .join("\n");
    expect(targets.length).toBeGreaterThan(0);
    for (let index = 0; index < targets.length; index += 2)
      expect(text).toContain(`resource "${targets[index]}" "${targets[index + 1]}"`);
    expect(targets).not.toContain("service");
  });
});

test.each([
  [{ method: "kustomize" }, nothing, "DEPLOYMENT_METHOD"],
  [{ provision: false }, nothing, "PROVISION_CLUSTER"],
])("refuses %j", (more, found, name) => {
  expect(() => plan(more, found)).toThrow(name);
});

test("secrets are on no command line", () => {
  const commands = [...plan({}, nothing), ...plan({ method: "manifest" }, nothing)];
  const text = commands.map(({ command }) => command.join(" ")).join("\n");
  expect(text).not.toMatch(/token-4c1|password-77/);
});
