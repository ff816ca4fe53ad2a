import { createHash } from "node:crypto";
import { notable } from "../../../stand-in/octocat.ts";
import { runtime, type Service } from "./service.ts";
import { askGitHub, standIn } from "./stand-in.ts";

/** The stand-in's gist of large files. */
export const rawGist = notable.raw;

/** Codings that the service makes itself: a Worker leaves that to the platform. */
export const compresses = runtime !== "worker";

interface File {
  raw_url: string;
  size: number;
  truncated: boolean;
  content: string;
  encoding: string;
}

/** The files of a gist as GitHub describes them. */
export async function filesAtGitHub(github: string, gist: string): Promise<Record<string, File>> {
  return ((await (await askGitHub(github, `/gists/${gist}`)).json()) as { files: Record<string, File> }).files;
}

/** The bytes of a file from GitHub's raw host. */
export async function bytesAtGitHub(github: string, gist: string, name: string): Promise<Buffer> {
  const { [name]: file } = await filesAtGitHub(github, gist);
  const { pathname } = new URL(file?.raw_url ?? "");
  return Buffer.from(await (await fetch(`${github}${pathname}`)).arrayBuffer());
}

/** Short for a message; equal for equal bytes only. */
export function digest(bytes: ArrayBuffer | Uint8Array): string {
  return createHash("sha256").update(new Uint8Array(bytes)).digest("hex");
}

/** The calls to the raw host. */
export async function rawCalls(service: Pick<Service, "github">) {
  return standIn(service).calls(({ path }) => path.includes("/raw/"));
}

/** Asks for the bytes as they are. */
export const identity = { "accept-encoding": "identity" };
