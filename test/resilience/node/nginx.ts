import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import { sendRaw } from "../../contract/support/raw-http.ts";
import { freePort } from "../../../harness/free-port.ts";

// Debian keeps it where only root's PATH leads.
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };

/** False if nginx is missing: reported, and a failure if REQUIRE_ALL=1. */
export function hasNginx(): boolean {
  if (spawnSync("nginx", ["-v"], { env }).status === 0) return true;
  if (process.env.REQUIRE_ALL === "1") throw new Error("REQUIRE_ALL=1, and nginx is not on PATH");
  console.warn("LEFT OUT: tests behind a real nginx, since it is not on PATH");
  return false;
}

function configOf(folder: string, port: number, upstream: string, proxy: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}
http {
  access_log off;
  ${temporary.join("\n  ")}
  proxy_cache_path ${folder}/cache keys_zone=all:1m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${upstream};
      ${proxy}
      proxy_cache all;
      add_header X-Nginx $upstream_cache_status;
    }
  }
}`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/**
 * A real nginx that caches responses under its default key, which is the upstream's address and the URI, for the tests of one
 * `describe`.
 * @param proxy directives beside `proxy_pass`
 */
export function useNginx(upstream: () => string, proxy: string) {
  let url = "";
  let stop = async (): Promise<void> => undefined;

  beforeAll(async () => {
    const [port, folder] = [await freePort(), await mkdtemp(join(tmpdir(), "edge-gists-nginx-"))];
    await writeFile(join(folder, "nginx.conf"), configOf(folder, port, upstream(), proxy));
    const args = ["-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")];
    const server = spawn("nginx", args, { env, stdio: ["ignore", "inherit", "inherit"] });
    const gone = new Promise((resolve) => server.once("exit", resolve));
    stop = async () => {
      server.kill("SIGKILL");
      await gone;
      await rm(folder, { recursive: true, force: true });
    };
    for (let tries = 0; !(await accepts(port)); tries++) {
      if (tries === 500 || server.exitCode !== null) throw new Error("nginx does not listen");
      await sleep(20);
    }
    url = `http://127.0.0.1:${port}`;
  });
  afterAll(() => stop());

  return {
    /** Asks nginx, under any name. */
    async ask(target: string, headers: Record<string, string>) {
      const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      const response = await sendRaw(url, { target, headers: fields });
      return { text: response.text, field: (name: string) => response.header(name) ?? "" };
    },
  };
}
