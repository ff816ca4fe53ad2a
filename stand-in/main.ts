import { createGitHub } from "./app.ts";
import { githubSecondary } from "./secondary-limit.ts";
import { etagKinds } from "./conditional.ts";
import { serveGitHub } from "./serve.ts";

/*
 * The stand-in as a program: `PORT` (8081; 0 = any), `HOST` (127.0.0.1), `GITHUB_TOKENS` (comma-separated valid tokens),
 * `SECONDARY=1` to enforce GitHub's secondary limits, `SYNTHETIC=1` for users `synthetic-<n>`,
 * `ETAGS=derived` for ETags as GitHub is believed to make them (conditional.ts). Prints one line of JSON once it listens; ends on SIGTERM or SIGINT.
 */
const { PORT, HOST, GITHUB_TOKENS, SECONDARY, SYNTHETIC, ETAGS } = process.env;
const etags = etagKinds.find((kind) => kind === ETAGS);
const github = createGitHub({
  synthetic: SYNTHETIC === "1",
  tokens: (GITHUB_TOKENS ?? "").split(",").filter(Boolean),
  ...(SECONDARY === "1" && { secondary: githubSecondary }),
  ...(etags && { etags }),
});
const served = await serveGitHub(github, Number(PORT ?? 8081), HOST ?? "127.0.0.1").catch((error: Error) => {
  console.log(JSON.stringify({ level: "error", msg: "cannot listen", reason: error.message }));
  process.exit(1);
});
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void served.close());
console.log(JSON.stringify({ level: "info", msg: "listening", port: served.port, url: served.url }));
