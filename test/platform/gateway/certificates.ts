import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes a certificate authority (`ca.crt`), and a certificate of it (`tls.crt`, `tls.key`) for some names. Needs openssl.
 * @returns the path of ca.crt
 */
export function makeCertificates(folder: string, names: readonly string[]): string {
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const key = (name: string) => [...curve, "-keyout", file(name)];
  openssl("req", "-x509", ...key("ca.key"), "-out", file("ca.crt"), "-days", "1", "-subj", "/CN=a check's CA");
  openssl("req", ...key("tls.key"), "-out", file("tls.csr"), "-subj", `/CN=${names[0]}`);
  writeFileSync(file("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}\n`);
  const by = ["-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-CAcreateserial", "-extfile", file("names")];
  openssl("x509", "-req", "-in", file("tls.csr"), ...by, "-days", "1", "-out", file("tls.crt"));
  return file("ca.crt");
}
