import { EdgeError } from "../errors.ts";

/** Maximum length of a request target, in characters; a longer one gets 414. */
export const maxTargetLength = 8192;

/**
 * Refuses a request target that no route accepts: too long, with a fragment (RFC 9112 section 3.2), with invalid
 * percent-encoding, control characters or dot segments (RFC 3986 section 3.3). The target should be as received: URL
 * parsers resolve `..`.
 * @throws EdgeError uri-too-long, bad-request
 */
export function checkTarget(target: string): void {
  if (target.length > maxTargetLength) {
    throw new EdgeError("uri-too-long", `The request target is longer than ${maxTargetLength} characters`);
  }
  if (target.includes("#")) throw new EdgeError("bad-request", "The request target holds a fragment");
  const path = pathOf(target);
  const [, folder, file = ""] = rawFile.exec(path) ?? [];
  checkPath(folder ?? path);
  // A file's name is compared only, never a path: it may hold what a path may not.
  if (folder !== undefined) checkPath(isOpaque(file) ? "" : file);
}

/** The path of a file by name, in two parts. */
const rawFile = /^(.*\/raw\/)([^/]+)$/;

/** True for an encoded name that is one segment to every reader of the path. */
function isOpaque(name: string): boolean {
  const decoded = tryDecode(name);
  return decoded !== undefined && decoded !== "." && decoded !== ".." && !name.includes("\\") && !hasControl(name);
}

function checkPath(path: string): void {
  if (!path.includes("%") && !path.includes(".") && !hasControl(path)) return;
  const decoded = tryDecode(path);
  if (decoded === undefined) throw new EdgeError("bad-request", "The path is not valid percent-encoded UTF-8");
  if (hasControl(decoded)) throw new EdgeError("bad-request", "The path holds control characters");
  if (decoded.split(/[/\\]/).some((segment) => segment === "." || segment === "..")) {
    throw new EdgeError("bad-request", "The path holds dot segments");
  }
}

/** The path of a request target in origin form (`/a?b`) or absolute form (`http://host/a?b`). */
export function pathOf(target: string): string {
  const start = target.startsWith("/") ? 0 : Math.max(target.indexOf("/", target.indexOf("://") + 3), 0);
  const end = target.slice(start).search(/[?#]/);
  return end === -1 ? target.slice(start) : target.slice(start, start + end);
}

function tryDecode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function hasControl(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- the pattern finds control characters
  return /[\u0000-\u001f\u007f]/.test(text);
}
