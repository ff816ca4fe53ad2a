import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { parse } from "yaml";
import { freePort } from "../../../harness/free-port.ts";

const values = parse(readFileSync(new URL("../../../observability/chart/values.yaml", import.meta.url), "utf8"));

/** A real Loki in a folder of its own, with the chart's limits. */
export interface Loki {
  url: string;
  /** Writes lines, the first one newest, to a stream with these labels. */
  push: (labels: Record<string, string>, lines: readonly string[]) => Promise<void>;
  stop: () => Promise<void>;
}

function toConfig(folder: string, port: number) {
  const schema = {
    from: "2026-01-01",
    store: "tsdb",
    object_store: "filesystem",
    schema: "v13",
    index: { prefix: "index_", period: "24h" },
  };
  return {
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_address: "127.0.0.1",
      http_listen_port: port,
      grpc_listen_address: "127.0.0.1",
      grpc_listen_port: 0,
    },
    common: {
      instance_addr: "127.0.0.1",
      path_prefix: folder,
      replication_factor: 1,
      ring: { kvstore: { store: "inmemory" } },
      storage: { filesystem: { chunks_directory: join(folder, "chunks"), rules_directory: join(folder, "rules") } },
    },
    schema_config: { configs: [schema] },
    limits_config: values.loki.loki.limits_config,
    // Retention is refused without it.
    compactor: {
      working_directory: join(folder, "compactor"),
      retention_enabled: true,
      delete_request_store: "filesystem",
    },
  };
}

/**
 * Starts one on a free port of loopback.
 * @param program its path
 */
export async function startLoki(program: string): Promise<Loki> {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-loki-"));
  const port = await freePort();
  const file = join(folder, "loki.json");
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(toConfig(folder, port)));
  const child = spawn(program, [`-config.file=${file}`, "-target=all"], { stdio: "ignore" });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const isReady = async () => {
    if (!(await fetch(`${url}/ready`)).ok) throw new Error("Loki is not ready");
  };
  await vi.waitFor(isReady, { timeout: 120_000, interval: 500 });
  return {
    url,
    async push(stream, lines) {
      const now = BigInt(Date.now()) * 1_000_000n;
      const values = lines.map((line, index) => [`${now - BigInt(index)}`, line]);
      const response = await fetch(`${url}/loki/api/v1/push`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ streams: [{ stream, values }] }),
      });
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
