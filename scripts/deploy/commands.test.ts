import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
// @ts-expect-error: a script, without types
import { askCluster, find, refuseFiles, toText, useKubeconfig } from "./commands.mjs";

/* The programs are played by shell scripts that are first in the PATH. */
const windows = process.platform === "win32";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "commands-"));
  await mkdir(join(folder, "bin"));
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

async function play(name: string, script: string): Promise<string> {
  const path = join(folder, "bin", name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const list = (cluster: string, context = "", platform = "") =>
  play(
    "terraform",
    `case "$*" in *cluster*list*) echo ${cluster};; *platform*list*) echo ${platform && "helm_release.istiod"};;
    *cluster*output*) echo '{"context":{"value":"${context}"}}';; *output*) echo '{"context":{"value":"${platform}"}}';; esac`,
  );
const look = (more: object = {}) =>
  find({ context: "kind-edge-gists", state: folder, asksKind: true, isDry: false, ...more }) as object;

describe.skipIf(windows)("what is there", () => {
  test("the cluster that Kind and the state have", async () => {
    await list("kind_cluster.this", "kind-edge-gists");
    await play("kind", "echo edge-gists");
    expect(look()).toEqual({ isThere: true, isOurs: true, platform: [] });
    expect(look({ context: "kind-else" })).toEqual({
      isThere: false,
      isOurs: false,
      other: "kind-edge-gists",
      platform: [],
    });
  });

  test("the platform of another context is another cluster's", async () => {
    await list("", "", "prod-a");
    expect(look({ context: "prod-a", asksKind: false })).toEqual({
      isThere: false,
      isOurs: false,
      platform: ["helm_release.istiod"],
      isInstalled: true,
    });
    await play("kind", "");
    for (const more of [{ context: "prod-b", asksKind: false }, {}])
      expect(look(more)).toMatchObject({ other: "prod-a" });
  });

  test("a context of the same name, but for Kind's prefix, is another cluster", async () => {
    await list("kind_cluster.this", "kind-edge-gists");
    expect(look({ context: "edge-gists", asksKind: false })).toMatchObject({ isOurs: false, isThere: false });
  });

  test("nothing, where Terraform has no state", async () => {
    await play("terraform", "echo 'No state file was found!' >&2; exit 1");
    await play("kind", "");
    expect(look()).toEqual({ isThere: false, isOurs: false, platform: [] });
  });

  test("a state that cannot be read is not an empty one", async () => {
    await play("kind", "echo edge-gists");
    await play("terraform", "echo 'Failed to load state' >&2; exit 1");
    expect(() => look()).toThrow("terraform/cluster: Failed to load state");
    await rm(join(folder, "bin/terraform"));
    vi.stubEnv("PATH", join(folder, "bin"));
    await writeFile(join(folder, "cluster.tfstate"), "{}");
    expect(() => look()).toThrow("terraform is not on PATH");
  });

  test("no answer of Kind is not an answer of no cluster", async () => {
    await list("kind_cluster.this", "kind-edge-gists");
    await play("kind", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    expect(() => look()).toThrow("Docker daemon");
    expect(look({ isDry: true })).toMatchObject({ unknown: expect.stringContaining("Docker daemon") as string });
  });
});

describe.skipIf(windows)("a cluster at a context", () => {
  test("responds, or does not", async () => {
    await play("kubectl", "echo ok");
    expect(askCluster("one", false)).toEqual({ responds: true });
    await play("kubectl", "echo 'connection refused' >&2; exit 1");
    expect(askCluster("one", false)).toEqual({ responds: false });
  });

  test("is not taken for missing without kubectl", () => {
    vi.stubEnv("PATH", join(folder, "bin"));
    expect(() => void askCluster("one", false)).toThrow("kubectl is not on PATH");
    expect(askCluster("one", true)).toMatchObject({
      responds: false,
      cause: expect.stringContaining("kubectl is not on PATH") as string,
    });
  });
});

describe("the environment of Terraform and kubectl", () => {
  const use = (context: string, env: Record<string, string>) => void useKubeconfig(context, env);

  test.each([
    ["TF_VAR_kubeconfig_context", "prod", "of the cluster prod, not of kind-edge-gists"],
    ["TF_VAR_cluster_name", "second", "of the cluster kind-second, not of kind-edge-gists"],
    ["KUBECONFIG", "/other", "set TF_VAR_kubeconfig_path to the same file"],
  ])("with %s=%s is of another cluster", (name, value, message) => {
    expect(() => use("kind-edge-gists", { [name]: value })).toThrow(message);
  });

  test.each([
    ["terraform.tfvars", 'profile = "full"\n  kubeconfig_context = "prod"\n', "kubeconfig_context"],
    ["own.auto.tfvars.json", '{\n  "cluster_name": "second"\n}', "cluster_name"],
    ["terraform.tfvars.json", '{"profile":"full","kubeconfig_path":"/k"}', "kubeconfig_path"],
    ["terraform.tfvars", 'profile = "full"\ndomain="example.org"\n', "domain"],
    ["terraform.tfvars", '# cluster_name = "second"\nprofile = "domain = full"\n', undefined],
    ["other.tfvars", 'cluster_name = "second"\n', undefined],
  ])("is not taken from %s with %j", async (file, content, variable) => {
    for (const name of ["cluster", "platform"]) await mkdir(join(folder, name));
    await writeFile(join(folder, "platform", file), content);
    const refuse = () => void refuseFiles(["domain"], folder);
    if (variable) expect(refuse).toThrow(`terraform/platform/${file} sets ${variable}: remove it there`);
    else expect(refuse).not.toThrow();
  });

  test.each([
    ["prod", { TF_VAR_kubeconfig_context: "prod", TF_VAR_cluster_name: "second" }, undefined],
    ["kind-second", { TF_VAR_cluster_name: "second", TF_VAR_kubeconfig_context: "" }, undefined],
    ["kind-edge-gists", { KUBECONFIG: join(homedir(), ".kube/config") }, join(homedir(), ".kube/config")],
    ["prod", { KUBECONFIG: "/other", TF_VAR_kubeconfig_path: "~/own" }, join(homedir(), "own")],
    ["prod", { TF_VAR_kubeconfig_path: "own" }, resolve("own")],
  ])("has %s in the same kubeconfig", (context, given, kubeconfig) => {
    const env: Record<string, string> = { ...given };
    use(context, env);
    expect(env["KUBECONFIG"]).toBe(kubeconfig);
    if (env["TF_VAR_kubeconfig_path"]) expect(env["TF_VAR_kubeconfig_path"]).toBe(kubeconfig);
  });
});

test("a printed command shows its environment, but no secret", () => {
  const env = { TF_VAR_environment: "kind", TF_VAR_image: "", TF_VAR_github_token: "ghp_1", TF_VAR_new: "2" };
  expect(toText({ command: ["terraform", "a b", ""], env })).toBe(
    "$ TF_VAR_environment=kind TF_VAR_image='' TF_VAR_github_token=... TF_VAR_new=... terraform 'a b' ''",
  );
});

describe.skipIf(windows)("commands", () => {
  /** Runs them in a process of its own; a signal comes as soon as the first command has started. */
  async function runAll(commands: object[], signal?: NodeJS.Signals) {
    const module = pathToFileURL(join(import.meta.dirname, "commands.mjs")).href;
    const program = `import { runAll } from ${JSON.stringify(module)}; await runAll(${JSON.stringify(commands)});`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { stdio: "pipe" });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    if (signal)
      await vi.waitFor(() => readFile(join(folder, "started")), { timeout: 20_000 }).then(() => child.kill(signal));
    const [code] = (await once(child, "exit")) as [number | null];
    return { code, output: (await output).join("") };
  }

  const second = () => play("second", `touch ${folder}/second`);
  const exists = (name: string) =>
    readFile(join(folder, name)).then(
      () => true,
      () => false,
    );

  test("get their input, one after another, until one fails", async () => {
    const cat = await play("keep", `cat > ${folder}/input`);
    const fail = await play("fail", "exit 3");
    const { code, output } = await runAll([
      { command: [cat], input: "text" },
      { command: [fail] },
      { command: [await second()] },
    ]);
    expect(await readFile(join(folder, "input"), "utf8")).toBe("text");
    expect(output).toContain("ended with code 3");
    expect([code, await exists("second")]).toEqual([1, false]);
  });

  test("that are not installed are an error", async () => {
    expect(await runAll([{ command: [join(folder, "none")] }])).toMatchObject({
      code: 1,
      output: expect.stringContaining("none is not on PATH") as string,
    });
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "end before the program does after %s, and no other starts",
    async (signal) => {
      // As Terraform: it takes its time to write its state, and may succeed.
      const first = await play(
        "first",
        `trap : TERM; touch ${folder}/started; sleep 0.5; touch ${folder}/state; exit 0`,
      );
      const { code, output } = await runAll([{ command: [first] }, { command: [await second()] }], signal);
      expect(await exists("state")).toBe(true);
      expect(output).toContain(signal);
      expect([code, await exists("second")]).toEqual([1, false]);
    },
  );
});

describe("npm run deploy", () => {
  test.each([
    ["DEPLOY_ENVIRONMENT", "foo", 'DEPLOY_ENVIRONMENT: kind, staging, or production, not "foo"'],
    ["DEPLOYMENT_METHOD", "foo", 'DEPLOYMENT_METHOD: helm or manifest, not "foo"'],
    ["PROVISION_CLUSTER", "yes", 'PROVISION_CLUSTER: true or false, not "yes"'],
    ...[";rm", "r.io/a:-x", "user/edge-gists:1.0.0", "r.io/edge-gists", "r.io/edge-gists:latest"].map((image) => [
      "IMAGE",
      image,
      `IMAGE: registry/name with a tag or digest, such as docker.io/user/edge-gists:1.0.0, not "${image}"`,
    ]),
    [
      "TF_VAR_kubeconfig_context",
      "prod",
      "TF_VAR_kubeconfig_context is of the cluster prod, not of kind-edge-gists: unset it, or set KUBE_CONTEXT=prod",
    ],
  ] as [string, string, string][])("refuses %s=%s before it asks a cluster", async (name, value, message) => {
    await play("kubectl", `touch ${folder}/asked`);
    const child = spawn(process.execPath, ["scripts/deploy.mjs", "--dry-run"], {
      env: { ...process.env, [name]: value },
    });
    const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(stderr.trim()).toBe(message);
    expect(code).toBeGreaterThan(0);
    await expect(readFile(join(folder, "asked"))).rejects.toThrow("ENOENT");
  });
});

test("a program that is missing is named, with where to find out how to get it", async () => {
  await play("terraform", "echo 'No state file was found!' >&2; exit 1");
  expect(() => look()).toThrow("kind get clusters: kind is not on PATH: install it (docs/platform.md, Requirements)");
});
