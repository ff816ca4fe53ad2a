const utf8 = "; charset=utf-8";
const js = `text/javascript${utf8}`;
const binary = "application/octet-stream";
const plain = `text/plain${utf8}`;

/**
 * Types of files by extension. A short list of what is data to a browser, or a script or a style of a page that asks for
 * it. None is a document that runs scripts: HTML, SVG, XML and PDF of anybody would run on this origin.
 */
const types: Record<string, string> = {
  js,
  mjs: js,
  cjs: js,
  css: `text/css${utf8}`,
  csv: `text/csv${utf8}`,
  tsv: `text/tab-separated-values${utf8}`,
  md: `text/markdown${utf8}`,
  markdown: `text/markdown${utf8}`,
  json: `application/json${utf8}`,
  map: `application/json${utf8}`,
  ipynb: `application/json${utf8}`,
  geojson: `application/geo+json${utf8}`,
  webmanifest: `application/manifest+json${utf8}`,
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  ico: "image/x-icon",
  woff: "font/woff",
  woff2: "font/woff2",
  ttf: "font/ttf",
  otf: "font/otf",
  wasm: "application/wasm",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  webm: "video/webm",
  pdf: binary,
  zip: binary,
  gz: binary,
};

/**
 * `Content-Type` of a file.
 * @param isText true if its bytes are text in UTF-8
 */
export function toFileType(name: string, isText: boolean): string {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const type = Object.hasOwn(types, extension) ? types[extension]! : isText ? plain : binary;
  // The charset would not be true.
  return !isText && isTextType(type) ? binary : type;
}

/** True for a type whose bytes are text: such a body is worth compressing. */
export function isTextType(type: string): boolean {
  return type.endsWith(utf8);
}

/**
 * `Content-Disposition` for a file to be saved (RFC 6266), its name in ASCII and as it is (RFC 8187). Slashes, control
 * characters and those that change the direction of text are left out: they would hide the name's end.
 */
export function toAttachment(name: string): string {
  const safe = name.toWellFormed().replaceAll(/[\p{Cc}\p{Bidi_Control}/\\]/gu, "_");
  const ascii = safe.replaceAll(/[^ -~]|["%]/g, "_");
  const encoded = encodeURIComponent(safe).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
