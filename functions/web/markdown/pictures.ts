import type { GistFile } from "../edge/gists.ts";
import { toRawTarget } from "../page/route.ts";
import { findFile, type Surroundings, toHttpUrl } from "./addresses.ts";

/** Types of pictures by extension. A browser runs no script of a picture, SVG included. */
const types: Record<string, string> = {
  avif: "image/avif",
  bmp: "image/bmp",
  gif: "image/gif",
  ico: "image/x-icon",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  png: "image/png",
  svg: "image/svg+xml",
  webp: "image/webp",
};

/** The type of a picture; undefined for a file that is none. */
export function toPictureType(filename: string): string | undefined {
  const extension = filename.slice(filename.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(types, extension) ? types[extension] : undefined;
}

/**
 * The address of a picture that is a file of a gist: its content as `data:`, which has no origin and so no rights, or
 * the service's raw file if GitHub's response lacks the content.
 */
export function toPictureSource(
  { filename, content, base64, truncated }: GistFile,
  gist: string,
  revision?: string,
): string | undefined {
  const type = toPictureType(filename);
  if (type === undefined) return undefined;
  if (content !== undefined && content !== "" && !truncated) {
    if (base64) return `data:${type};base64,${content}`;
    if (type === "image/svg+xml") return toSvgSource(content);
  }
  return toRawTarget(filename, gist, revision);
}

/** An SVG as an address for `img`: there it runs no script and loads nothing (https://www.w3.org/TR/SVG2/conform.html#secure-static-mode). */
export function toSvgSource(text: string): string {
  return `data:image/svg+xml,${encodeURIComponent(text.toWellFormed())}`;
}

/** A picture that a document refers to: of the gist or the document itself, or of another site. */
export function findPicture(
  source: string,
  { gist, revision, htmlUrl, files, attachments = {} }: Surroundings,
): { own: string } | { elsewhere: string } | undefined {
  const [, attached] = /^attachment:(.+)$/s.exec(source) ?? [];
  if (attached !== undefined && Object.hasOwn(attachments, attached)) return { own: attachments[attached] ?? "" };
  if (/^data:image\/(?:png|jpeg|gif|webp);base64,[\w+/=]+$/.test(source)) return { own: source };
  const file = findFile(source, files);
  const own = file && toPictureSource(file, gist, revision);
  if (own !== undefined) return { own };
  const url = toHttpUrl(source, htmlUrl === undefined ? undefined : `${htmlUrl}/`);
  // Without TLS anybody between could choose the picture.
  return url?.startsWith("https:") ? { elsewhere: url } : undefined;
}
