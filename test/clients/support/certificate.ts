import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate for `localhost` that signs itself. */
export interface Certificate {
  key: string;
  cert: string;
  /** The file of `cert`, for clients that read one. */
  path: string;
  remove: () => void;
}

export function createCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "clients-"));
  const [key, path] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    // prettier-ignore
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", path],
    { stdio: "ignore" },
  );
  return {
    key: readFileSync(key, "utf8"),
    cert: readFileSync(path, "utf8"),
    path,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
