/**
 * The built Worker as a program: `PORT`, `BINDINGS` (JSON), `FOLDER` of another build, `INSPECTOR_PORT`. Prints one line of
 * JSON once it listens, and is reloaded by the message "reload". A process of its own, since miniflare ends the one that it
 * runs in at a signal, before that can clean up.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";
import { serveWorker } from "../worker.mjs";
import { expectFree } from "./port.mjs";

// workerd is ended as the process exits; miniflare itself sees to SIGINT and SIGTERM.
process.once("SIGHUP", () => process.exit(129));

const { PORT, BINDINGS, FOLDER = "dist", INSPECTOR_PORT } = process.env;
const print = (fields) => console.log(JSON.stringify(fields));

const sourceMaps = new Map();

function sourceMapOf(file) {
  if (!sourceMaps.has(file)) {
    const path = join(root, FOLDER, "worker", `${file}.map`);
    sourceMaps.set(file, new SourceMap(JSON.parse(readFileSync(path, "utf8"))));
  }
  return sourceMaps.get(file);
}

/** A stack trace that names the sources: workerd knows the bundle only. */
function toSources(text) {
  return text.replaceAll(/(?:file:\/\/[^\s()"]*)?\/worker\/([\w-]+\.js):(\d+):(\d+)/g, (place, file, line, column) => {
    // Both are numbered from 0 in a source map.
    const { originalSource, originalLine, originalColumn } = sourceMapOf(file).findEntry(
      Number(line) - 1,
      Number(column) - 1,
    );
    if (originalSource === undefined) return place;
    return `${originalSource.replace(/^(?:\.\.\/)+/, "")}:${originalLine + 1}:${originalColumn + 1}`;
  });
}

try {
  // workerd would print a stack trace of its own.
  await expectFree(Number(PORT));
  const { url, reload } = await serveWorker({
    port: Number(PORT),
    bindings: JSON.parse(BINDINGS),
    folder: FOLDER,
    ...(INSPECTOR_PORT && { inspectorPort: Number(INSPECTOR_PORT) }),
    onLog: (line) => console.log(toSources(line)),
  });
  process.on("message", async (message) => {
    if (message !== "reload") return;
    sourceMaps.clear();
    try {
      await reload();
      process.send("reloaded");
    } catch {
      // workerd has said why; the next change may repair it.
      process.send("failed");
    }
  });
  print({ level: "info", msg: "listening", port: Number(new URL(url).port), url });
} catch (error) {
  if (error.code === "EADDRINUSE") print({ level: "error", msg: "cannot listen", reason: error.message });
  else console.error(toSources(error.message));
  process.exit(1);
}
