import { unwatchFile, watchFile } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Log } from "../core/ports.ts";

/** Time between two looks at a file, in milliseconds. Kubernetes itself takes up to a minute to change one. */
const interval = 2000;

export interface WatchOptions {
  /** The setting that names the file. */
  setting: string;
  path: string;
  /** The content that is in use. */
  text: string;
  log: Log;
  /** Called with each later content. @returns what is wrong with it; undefined if it is used now */
  use: (text: string) => Promise<string | undefined>;
}

/**
 * Watches a file of credentials. It is looked at by its path, because a mounted secret changes by a link on the way to it
 * (https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod).
 * @returns a function that ends it
 */
export function watchCredentialFile({ setting, path, text, log, use }: WatchOptions): () => void {
  let last = text;
  let reading = Promise.resolve();

  async function read(): Promise<void> {
    try {
      const found = await readFile(path, "utf8");
      if (found === last) return;
      last = found;
      const reason = await use(found);
      if (reason === undefined) log("info", "credentials were replaced", { setting });
      else log("error", "a file of credentials is unusable: keeping the last", { setting, reason });
    } catch (error) {
      const reason = String((error as NodeJS.ErrnoException).code);
      log("error", "a file of credentials is unusable: keeping the last", { setting, reason });
    }
  }
  // One after the other: the last content must win.
  const onChange = (): void => void (reading = reading.then(read));
  watchFile(path, { interval, persistent: false }, onChange);
  // It may have changed since it was read.
  onChange();
  return () => unwatchFile(path, onChange);
}
