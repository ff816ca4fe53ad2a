import { describe, expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { toServiceUrl, toSettings } from "./settings.ts";

const stages = ["tools", "apply", "scale"];

describe("options", () => {
  test("without options: all stages, on a new cluster", () => {
    expect(readOptions([], stages, {})).toEqual({ dryRun: false, keep: false, skip: [], context: undefined });
  });

  test("stages to leave out, once or by commas", () => {
    expect(readOptions(["--skip=tools,apply", "--skip=scale", "--keep"], stages, {})).toMatchObject({
      skip: ["tools", "apply", "scale"],
      keep: true,
    });
  });

  test.each([
    [["--skip=nothing"], "tools, apply, scale"],
    [["--loud"], "--loud"],
    [["--context="], "get-contexts"],
    [["--context=mine"], "TF_VAR_image"],
  ])("%j is refused", (args, reason) => {
    expect(() => readOptions(args, stages, {})).toThrow(reason);
  });

  test("a cluster of its own is none that the environment names", () => {
    const env = { TF_VAR_kubeconfig_context: "mine", TF_VAR_image: "r/i:1" };
    expect(() => readOptions([], stages, env)).toThrow("TF_VAR_kubeconfig_context is set");
    expect(readOptions(["--context=mine"], stages, env).context).toBe("mine");
  });

  test("an existing cluster, with its image", () => {
    expect(readOptions(["--context=mine"], stages, { TF_VAR_image: "r/i:1" }).context).toBe("mine");
  });
});

describe("settings", () => {
  test("a cluster of its own has a kubeconfig, a state and a name of its own", () => {
    const settings = toSettings({ context: undefined }, {});
    expect(settings).toMatchObject({ isOurs: true, context: "kind-edge-gists-e2e" });
    expect(settings.kubeconfig.startsWith(settings.private)).toBe(true);
    expect(settings.variables).toMatchObject({ cluster_name: "edge-gists-e2e", kubeconfig_path: settings.kubeconfig });
    expect(settings.variables).not.toHaveProperty("provision_cluster");
  });

  test("a given cluster is not created, nor is its kubeconfig", () => {
    const { isOurs, kubeconfig, variables } = toSettings({ context: "mine" }, { KUBECONFIG: "/k" });
    expect({ isOurs, kubeconfig }).toEqual({ isOurs: false, kubeconfig: "/k" });
    expect(variables).toMatchObject({ kubeconfig_context: "mine", kubeconfig_path: "/k" });
  });

  test("the service's URL has the port unless it is the default", () => {
    expect(toServiceUrl(toSettings({ context: undefined }, {}))).toBe("https://gists.127.0.0.1.sslip.io");
    const env = { TF_VAR_https_port: "8443", TF_VAR_domain: "test.example" };
    expect(toServiceUrl(toSettings({ context: undefined }, env), "grafana")).toBe("https://grafana.test.example:8443");
  });
});
