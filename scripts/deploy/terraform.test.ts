import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { toDown, toUp } from "./terraform.mjs";

interface Command {
  command: string[];
  env: Record<string, string>;
  isAsked?: boolean;
}

const wanted = { variables: { image: "", github_token: "token-4c1" }, isExisting: false, isSure: false };
const nothing = { isThere: false, isOurs: false, platform: [] as string[] };
const ours = { isThere: true, isOurs: true, platform: ["helm_release.istiod", "terraform_data.image[0]"] };
const lost = { ...ours, isThere: false };
const theirs = { ...ours, isOurs: false };
const existing = { ...wanted, isExisting: true };

/** As a list of `<root> <subcommand and options>`. */
const toLines = (commands: Command[]) =>
  commands.map(({ command: [, folder = "", ...rest] }) => `${folder.split("/")[1]} ${rest.join(" ")}`);
const up = (more: object, found: object): Command[] => toUp({ ...wanted, ...more }, found);
const down = (more: object, found: object): Command[] => toDown({ ...wanted, ...more }, found);

describe("up", () => {
  test("from nothing: the cluster, then the platform", () => {
    expect(toLines(up({}, nothing))).toEqual([
      "cluster init -input=false",
      "cluster apply -input=false -auto-approve",
      "platform init -input=false",
      "platform apply -input=false -auto-approve",
    ]);
  });

  test("a cluster that was deleted is made again, without being read", () => {
    const [, apply] = toLines(up({}, lost));
    expect(apply).toBe("cluster apply -input=false -auto-approve -refresh=false -replace=kind_cluster.this");
  });

  test("a cluster that is there is changed only if somebody agrees", () => {
    const [, apply] = up({}, ours);
    expect(apply).toMatchObject({ isAsked: true });
    expect(apply!.command).not.toContain("-auto-approve");
    const [, sure] = up({ isSure: true }, ours);
    expect(sure!.command).toContain("-auto-approve");
    expect(sure!.command.join(" ")).not.toContain("-replace");
  });

  test("another's cluster is not touched", () => {
    for (const commands of [up({}, theirs), up({ isExisting: true }, nothing)])
      expect(toLines(commands).filter((line) => line.startsWith("cluster"))).toEqual([]);
  });

  test("a cluster that is to be kept is not changed, and one that is lost is made", () => {
    expect(toLines(up({ keepsCluster: true }, ours))).toEqual(toLines(up({ isExisting: true }, ours)));
    expect(toLines(up({ keepsCluster: true }, lost))).toEqual(toLines(up({}, lost)));
  });

  test("states in a folder are two, and so is what init writes", () => {
    const commands = up({ state: "/s" }, nothing);
    expect(commands.map(({ env }) => env["TF_DATA_DIR"])).toEqual([
      "/s/cluster",
      "/s/cluster",
      "/s/platform",
      "/s/platform",
    ]);
    expect(toLines(commands)[1]).toContain("-state=/s/cluster.tfstate");
    expect(toLines(commands)[3]).toContain("-state=/s/platform.tfstate");
  });

  test("variables are in the environment, if they are set", () => {
    const { env, command } = up({}, nothing).at(-1)!;
    expect(env).toEqual({ TF_VAR_github_token: "token-4c1" });
    expect(command.join(" ")).not.toContain("token-4c1");
  });
});

test.each([
  ["up", up],
  ["down", down],
])("%s: a state with another cluster than the wanted one stops it", (_name, run) => {
  const other = { ...nothing, other: "kind-else" };
  expect(() => run({}, other)).toThrow("kind-else");
  expect(() => run({}, { ...other, isThere: true })).toThrow("kind-else");
  expect(() => run({ isExisting: true }, { ...other, platform: ours.platform })).toThrow("kind-else");
  expect(() => run({ isExisting: true }, other)).not.toThrow();
  const installed = { ...other, platform: ours.platform, isInstalled: true };
  expect(() => run({ isExisting: true }, installed)).not.toThrow();
  expect(() => run({}, installed)).toThrow("kind-else");
  expect(() => run({}, { ...ours, other: "prod-a" })).toThrow("prod-a: name that one (TF_VAR_kubeconfig_context)");
});

describe("down", () => {
  test.each([
    ["ours", ours],
    ["ours, and deleted", lost],
  ])("a cluster that is %s goes whole, and the platform is forgotten", (_what, found) => {
    expect(toLines(down({}, found))).toEqual([
      "cluster init -input=false",
      "cluster destroy -input=false -auto-approve -refresh=false",
      "platform init -input=false",
      "platform state rm helm_release.istiod terraform_data.image[0]",
    ]);
  });

  test.each([
    ["Kind's", wanted, theirs],
    ["a context's", existing, ours],
  ])("the platform is removed from a cluster that is another's: %s", (_what, more, found) => {
    expect(toLines(down(more, found))).toEqual([
      "platform init -input=false",
      "platform destroy -input=false -auto-approve",
    ]);
  });

  test("of nothing is nothing", () => {
    expect(down({}, nothing)).toEqual([]);
    expect(toLines(down({}, { ...nothing, platform: ["helm_release.istiod"] }))).toEqual([
      "platform init -input=false",
      "platform state rm helm_release.istiod",
    ]);
  });
});
