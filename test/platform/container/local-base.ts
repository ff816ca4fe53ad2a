/**
 * Stand-ins for the two base images, made of what is on this machine: no registry is asked. They have what the
 * Dockerfile relies on and nothing else, and say so in a label. Linux only.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Engine } from "./engine.ts";

const authorities = "/etc/ssl/certs/ca-certificates.crt";
const user = "65532";

/** Shared libraries that a program loads. */
function libraries(program: string): string[] {
  const text = String(execFileSync("ldd", [program]));
  return [...text.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path]) => path!);
}

/** Puts a program and its libraries below a root. */
function install(root: string, program: string, at: string) {
  const files: [string, string][] = libraries(program).map((path) => [path, path]);
  for (const [from, to] of [[program, at] as const, ...files]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(realpathSync(from), join(root, to));
    chmodSync(join(root, to), 0o755);
  }
}

function layOutCommon(root: string) {
  for (const folder of ["etc/ssl/certs", "root", "tmp", "home/nonroot"])
    mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  if (existsSync(authorities)) copyFileSync(authorities, join(root, authorities));
  writeFileSync(
    join(root, "etc/passwd"),
    `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${user}:${user}:nonroot:/home/nonroot:/sbin/nologin\n`,
  );
  writeFileSync(join(root, "etc/group"), `root:x:0:\nnonroot:x:${user}:\n`);
}

/** Node, a shell, and the npm of this machine. */
function layOutBuild(root: string): string[] {
  install(root, process.execPath, "/usr/local/bin/node");
  for (const program of ["/bin/sh", "/usr/bin/env"]) install(root, program, program);
  const cli = realpathSync(String(execFileSync("sh", ["-c", "command -v npm"])).trim());
  cpSync(dirname(dirname(cli)), join(root, "usr/local/lib/node_modules/npm"), { recursive: true, dereference: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(root, "usr/local/bin/npm"));
  return ["ENV PATH=/usr/local/bin:/usr/bin:/bin", `ENV NODE_EXTRA_CA_CERTS=${authorities}`, 'CMD ["node"]'];
}

/** Node where distroless has it, as its user. */
function layOutRun(root: string): string[] {
  install(root, process.execPath, "/nodejs/bin/node");
  return [
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    `ENV SSL_CERT_FILE=${authorities}`,
    `USER ${user}`,
    "WORKDIR /home/nonroot",
    'ENTRYPOINT ["/nodejs/bin/node"]',
  ];
}

/** The Dockerfile's two bases: to build on, and to run on. */
export type Base = "build" | "run";

/** Makes one of the stand-ins, by the name that the Dockerfile gives the base. */
export async function makeLocalBase(engine: Engine, kind: Base, name: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "edge-gists-base-"));
  try {
    layOutCommon(root);
    const changes = kind === "build" ? layOutBuild(root) : layOutRun(root);
    chmodSync(root, 0o755);
    const tar = spawn(
      "tar",
      ["-C", root, "--numeric-owner", "--owner=0", "--group=0", "--mtime=@0", "--sort=name", "-c", "."],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const label = 'LABEL edge-gists.stand-in="made by npm run check container; not the real image"';
    const docker = engine.spawn(
      ["import", ...[...changes, label].flatMap((change) => ["--change", change]), "-", name],
      {
        stdio: [tar.stdout!, "ignore", "inherit"],
      },
    );
    const [[tarCode], [code]] = await Promise.all([once(tar, "exit"), once(docker, "exit")]);
    if (tarCode !== 0 || code !== 0) throw new Error(`no stand-in for ${name} could be made`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
