import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of PEM files of an authority of a test's own. */
export interface Certificates {
  ca: string;
  /** Of 127.0.0.1 and localhost; servers use it for the connections among themselves too. */
  cert: string;
  key: string;
  /** Of a client, by the same authority. */
  clientCert: string;
  clientKey: string;
  /** The contents of the files above. */
  read(): Promise<{ ca: string; cert: string; key: string; clientCert: string; clientKey: string }>;
  /** A server's settings: TLS, also among the servers. */
  settings(clients: "any" | "with a certificate"): string[];
  remove(): Promise<void>;
}

/** True if a certificate can be made. Reported if not, and a failure if REQUIRE_ALL=1. */
export function hasOpenssl(): boolean {
  if (spawnSync("openssl", ["version"]).status === 0) return true;
  if (process.env["REQUIRE_ALL"] === "1") throw new Error("REQUIRE_ALL=1, and openssl is not on PATH");
  console.warn("LEFT OUT: tests of Redis over TLS, since openssl is not on PATH");
  return false;
}

export async function makeCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-tls-"));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const key = (name: string) => ["-newkey", "rsa:2048", "-nodes", "-keyout", file(name)];
  openssl("req", "-x509", ...key("ca.key"), "-out", file("ca.pem"), "-days", "1", "-subj", "/CN=a test's CA");
  await writeFile(file("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  for (const name of ["redis", "client"]) {
    openssl("req", ...key(`${name}.key`), "-out", file(`${name}.csr`), "-subj", `/CN=${name}`);
    const ca = ["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"];
    const names = name === "redis" ? ["-extfile", file("names")] : [];
    const out = ["-out", file(`${name}.pem`), "-days", "1", ...names];
    openssl("x509", "-req", "-in", file(`${name}.csr`), ...ca, ...out);
  }
  const paths = {
    ca: file("ca.pem"),
    cert: file("redis.pem"),
    key: file("redis.key"),
    clientCert: file("client.pem"),
    clientKey: file("client.key"),
  };
  return {
    ...paths,
    async read() {
      const contents = await Promise.all(
        Object.entries(paths).map(async ([n, path]) => [n, await readFile(path, "utf8")]),
      );
      return Object.fromEntries(contents);
    },
    settings: (clients) => {
      const files = ["--tls-cert-file", paths.cert, "--tls-key-file", paths.key, "--tls-ca-cert-file", paths.ca];
      return [...files, "--tls-auth-clients", clients === "any" ? "no" : "yes", "--tls-replication", "yes"];
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
