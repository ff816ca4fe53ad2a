import { existsSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { dashboards } from "../../../observability/dashboards/all.ts";
import { ruleFiles } from "../../../scripts/observability.mjs";
import { hasAll } from "../../../scripts/needs.mjs";
import { tool } from "../../../scripts/tools.mjs";
import { type Document, only, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { render } from "./chart.ts";

const file = "observability/compose.yaml";
const compose = parse(read(file), { merge: true }) as Document;
const services = Object.entries(compose["services"] as Record<string, Document>);
const binds = services.flatMap(([name, { volumes = [] }]) =>
  (volumes as Document[]).filter(({ type }) => type === "bind").map((bind) => ({ name, ...bind }) as Document),
);
const mebibytes = (limit: string) => Number(/^(\d+)m$/.exec(limit)?.[1]);

/** Ports that others than this machine can reach. */
function openPorts(all: typeof services): string[] {
  return all.flatMap(([name, { ports = [] }]) =>
    (ports as unknown[]).filter((port) => !String(port).startsWith("127.0.0.1:")).map((port) => `${name}: ${port}`),
  );
}

/** What a container may that it need not. */
function freedoms([name, service]: [string, Document]): string[] {
  const {
    read_only,
    cap_drop = [],
    cap_add = [],
    security_opt = [],
    user,
    mem_limit,
    privileged,
    volumes = [],
  } = service;
  const isOwner = name === "volumes";
  return [
    read_only !== true && "writes to its image",
    !cap_drop.includes("ALL") && "has capabilities",
    cap_add.length > 0 && !(isOwner && cap_add.join() === "CHOWN") && "is given capabilities",
    !security_opt.includes("no-new-privileges:true") && "may become another user",
    !isOwner && !/^[1-9]\d*:\d+$/.test(user ?? "") && "is root",
    !mebibytes(mem_limit) && "has no memory limit",
    privileged && "is privileged",
    JSON.stringify(volumes).includes("docker.sock") && "has the engine's socket",
  ].flatMap((fault) => (fault ? `${name} ${fault}` : []));
}

describe("compose.yaml", () => {
  test.runIf(hasAll(file, ["compose-spec"]))("is valid, by the compose specification's own loader", () => {
    const load = (path: string) => spawnSync(tool("compose-spec"), [path], { cwd: root, encoding: "utf8" });
    const { status, stderr } = load(file);
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(load("observability/compose/loki.yaml").status).not.toBe(0);
  });

  test("opens its ports on loopback only", () => {
    expect(openPorts(services)).toEqual([]);
    expect(openPorts([["grafana", { ports: ["3000:3000", "0.0.0.0:1:1", "127.0.0.1:2:2"] } as Document]])).toHaveLength(
      2,
    );
  });

  test("gives no container what it need not have", () => {
    expect(services.flatMap(freedoms)).toEqual([]);
    expect(freedoms(["any", { image: "any" } as Document]).length).toBeGreaterThan(4);
  });

  test("starts nothing again with the machine", () => {
    for (const [name, { restart }] of services) expect(["on-failure", undefined], name).toContain(restart);
  });

  test("answers in Grafana for localhost only, by the port that was chosen", () => {
    const { environment, ports } = Object.fromEntries(services)["grafana"] as Document;
    expect(environment).toMatchObject({ GF_SERVER_DOMAIN: "localhost", GF_SERVER_ENFORCE_DOMAIN: "true" });
    // Nobody is an administrator, whose usual name and password are known.
    expect(environment).toMatchObject({ GF_AUTH_DISABLE_LOGIN_FORM: "true", GF_AUTH_BASIC_ENABLED: "false" });
    const [, port] = /^127\.0\.0\.1:(\$\{.+\}):3000$/.exec(ports[0]) ?? [];
    expect(environment.GF_SERVER_ROOT_URL).toBe(`http://localhost:${port}/`);
  });

  test("fits in 2 GB", () => {
    const sum = services.reduce((total, [, { mem_limit: limit }]) => total + mebibytes(limit), 0);
    expect(sum).toBeLessThanOrEqual(2048);
  });

  test("has the images of terraform/versions.json, and the Dockerfile's Node", () => {
    const { images } = JSON.parse(read("terraform/versions.json")) as { images: Record<string, string> };
    const dockerfile = read("Dockerfile");
    const [, version] = /^ARG NODE_VERSION=(.+)$/m.exec(dockerfile)!;
    const [, base] = /^ARG BUILD_IMAGE=(.+)$/m.exec(dockerfile)!;
    const known = new Set([
      ...Object.values(images),
      `docker.io/library/${base!.replace("${NODE_VERSION}", version!)}`,
    ]);
    const used = services.map(([, { image }]) => image as string);
    expect(used.filter((image) => !known.has(image))).toEqual([]);
  });

  test("mounts files that exist, and only to be read", () => {
    const isBuilt = (source: string) => /^\.\.\/(?:dist|node_modules)$/.test(source);
    expect(binds.length).toBeGreaterThan(10);
    for (const { name, source, read_only: isReadOnly, bind } of binds) {
      expect(isReadOnly, `${name}: ${source}`).toBe(true);
      // Docker makes an empty folder of what is missing, as root.
      expect(bind?.create_host_path, `${name}: ${source}`).toBe(false);
      expect(isBuilt(source) || existsSync(join(root, "observability", source)), source).toBe(true);
    }
  });

  const targetOf = (name: string, source: string) =>
    binds.find((bind) => bind.name === name && bind["source"] === source)?.["target"] as string | undefined;

  test("gives Grafana every dashboard and every datasource, and Mimir every rule", () => {
    const [provider] = (parse(read("observability/compose/dashboards.yaml")) as Document)["providers"];
    expect(targetOf("grafana", "chart/dashboards")).toBe(provider.options.path);
    for (const { uid } of dashboards)
      expect(existsSync(join(root, `observability/chart/dashboards/${uid}.json`))).toBe(true);
    const { datasources } = parse(read("observability/compose/datasources.yaml")) as Document;
    const asked = new Set(JSON.stringify(dashboards).match(/(?<="uid":")(?:mimir|loki|tempo)(?=")/g));
    for (const uid of asked) expect(datasources.map((one: Document) => one["uid"])).toContain(uid);
    expect(targetOf("mimir", "chart/rules")).toBe("/etc/mimir-rules/anonymous");
    for (const path of ruleFiles) expect(path).toMatch(/^observability\/chart\/rules\//);
  });

  test("gives Alloy the chart's pipelines, and another discovery", () => {
    const sources = binds.filter(({ name }) => name === "alloy").map(({ source }) => source as string);
    expect(sources).toEqual(["chart/alloy/config.alloy", "chart/alloy/all-traces.alloy", "compose/local.alloy"]);
    const addresses = [...read("observability/compose/local.alloy").matchAll(/__address__ += "([\w-]+):\d+"/g)];
    expect(addresses.map(([, host]) => host)).toEqual(["edge-gists", "mimir", "loki", "tempo"]);
    for (const [, host] of addresses) expect(Object.fromEntries(services)).toHaveProperty(host!);
  });

  test("has the names by which the chart's files call the stores", () => {
    const called = [read("observability/chart/alloy/config.alloy"), read("observability/compose/tempo.yaml")]
      .join("\n")
      .match(/[\w-]+\.observability\.svc\.cluster\.local/g);
    const aliases = services.flatMap(([, { networks }]) => networks?.default?.aliases ?? []);
    expect([...new Set(called)].toSorted()).toEqual(aliases.toSorted());
  });
});

/** The values of `mine` that `theirs` has too and that differ, by their path. */
function differences(mine: Document, theirs: Document, path = ""): string[] {
  return Object.entries(mine).flatMap(([key, value]) => {
    const other = theirs[key];
    const here = `${path}.${key}`;
    if (other === undefined) return [];
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return differences(value, other, here);
    return isDeepStrictEqual(value, other) ? [] : [here];
  });
}

test.runIf(inject("isWhole"))(
  "Loki and Tempo are configured as by their charts, but for folders and what is alone",
  () => {
    const documents = toDocuments(render("small").stdout);
    const compare = (name: string, key: string) =>
      differences(
        parse(read(`observability/compose/${name}.yaml`)) as Document,
        parse(only(documents, "ConfigMap", name).data[key]) as Document,
      );
    expect(compare("loki", "config.yaml")).toEqual([
      ".server.log_level",
      ".common.path_prefix",
      ".common.storage.filesystem.chunks_directory",
      ".common.storage.filesystem.rules_directory",
    ]);
    expect(compare("tempo", "tempo.yaml")).toEqual([
      ".metrics_generator.storage.path",
      ".metrics_generator.traces_storage.path",
    ]);
  },
);
