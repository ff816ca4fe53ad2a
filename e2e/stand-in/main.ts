import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { getRequestListener } from "@hono/node-server";
import { createGitHub } from "../../stand-in/app.ts";
import { serveGitHub } from "../../stand-in/serve.ts";

/*
 * The stand-in as api.github.com of a cluster: HTTPS on `TLS_PORT` (8443) by the certificate in `TLS_FOLDER`, and plain
 * HTTP on `PORT` (8081), where it is controlled. Prints one line of JSON once it listens; ends on SIGTERM.
 */
const { HOST = "0.0.0.0", PORT = "8081", TLS_PORT = "8443", TLS_FOLDER = "/tls" } = process.env;
const github = createGitHub();
const plain = await serveGitHub(github, Number(PORT), HOST);

const listener = getRequestListener(github.app.fetch, {
  overrideGlobalObjects: false,
  errorHandler: () => new Response(null, { status: 500 }),
});
const certificate = (name: string) => readFileSync(`${TLS_FOLDER}/${name}`);
const secure = createServer(
  { cert: certificate("tls.crt"), key: certificate("tls.key") },
  (incoming, outgoing) => void listener(incoming, outgoing),
);
secure.listen(Number(TLS_PORT), HOST, () => {
  const address = secure.address();
  const tlsPort = typeof address === "object" ? address?.port : undefined;
  console.log(JSON.stringify({ level: "info", msg: "listening", port: plain.port, tlsPort }));
});
process.once("SIGTERM", () => {
  secure.close();
  secure.closeAllConnections();
  void plain.close();
});
