import { buildIfNeeded } from "../harness/built.mjs";
import { createPrinter, isForPeople } from "./programs/log-lines.mjs";
import { nodeServer } from "./programs/servers.mjs";
import { createPrograms } from "./programs.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm start

Builds if needed, and serves on PORT (8080). docs/settings.md lists the settings, all in the environment.
Log lines are for people on a terminal, and JSON elsewhere; LOG_FORMAT (pretty, json) chooses.
For people STATUS_PAGE is on, where it is not set.
`;
readOptions({ usage });

buildIfNeeded();
if (isForPeople(process.env, process.stdout)) await serveForPeople();
else {
  process.setSourceMapsEnabled(true);
  await import("../dist/node/server.js");
}

/** The server as a process of its own, whose log lines go through here. */
async function serveForPeople() {
  // The server drains, and exports its last spans.
  const programs = createPrograms({ grace: Number(process.env.SHUTDOWN_GRACE_MS || 20_000) + 5000 });
  const STATUS_PAGE = process.env.STATUS_PAGE || "on";
  const server = nodeServer({
    port: process.env.PORT || 8080,
    settings: { STATUS_PAGE },
    onLine: createPrinter(true)(),
  });
  const { port } = await programs.run({ ...server, name: "Edge Gists" });
  console.log(`\nEdge Gists serves on http://localhost:${port}. Ctrl+C ends it.`);
  if (!process.env.GITHUB_TOKEN)
    console.log("There is no GITHUB_TOKEN: GitHub allows 60 requests an hour (5,000 with a token).");
  if (STATUS_PAGE === "on") console.log(`Its metrics as live charts: http://localhost:${port}/status`);
  console.log("");
}
