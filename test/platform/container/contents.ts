/** The files of an image, without running it. */
import { once } from "node:events";
import { spawn } from "node:child_process";
import type { Engine } from "./engine.ts";

/** A file or folder of an image. */
export interface Entry {
  /** Without a leading slash. */
  path: string;
  /** As `ls -l` writes it, its type first. */
  mode: string;
  uid: number;
  gid: number;
  /** In bytes. */
  size: number;
}

/** One line of `tar --verbose --numeric-owner`: mode, owner, size, date, time, path. */
const line = /^(\S{10})\S* (\d+)\/(\d+) +(\d+) \S+ \S+ (.+?)(?: -> .*| link to .*)?$/;

/** Lists the files of an image as the engine would lay them out. */
export async function listFiles(engine: Engine, tag: string): Promise<Entry[]> {
  const container = await engine.docker("create", "--network=none", tag);
  try {
    const exported = engine.spawn(["export", container], { stdio: ["ignore", "pipe", "inherit"] });
    const tar = spawn("tar", ["--list", "--verbose", "--numeric-owner", "--file=-"], {
      stdio: [exported.stdout!, "pipe", "inherit"],
    });
    let text = "";
    tar.stdout!.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const [[code], [tarCode]] = await Promise.all([once(exported, "exit"), once(tar, "close")]);
    if (code !== 0 || tarCode !== 0) throw new Error(`${tag} could not be listed`);
    return text.trim().split("\n").map(toEntry);
  } finally {
    await engine.docker("rm", container);
  }
}

function toEntry(text: string): Entry {
  const parts = line.exec(text);
  if (!parts) throw new Error(`tar says: ${text}`);
  const [, mode = "", uid, gid, size, path = ""] = parts;
  return { path: path.replace(/\/$/, ""), mode, uid: Number(uid), gid: Number(gid), size: Number(size) };
}

/** True if a user, who is in no other group, may write. Links have no mode of their own. */
export function mayWrite({ mode, uid, gid }: Entry, user: number): boolean {
  if (mode.startsWith("l")) return false;
  return mode[8] === "w" || (uid === user && mode[2] === "w") || (gid === user && mode[5] === "w");
}
