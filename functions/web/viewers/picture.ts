import type { GistFile } from "../edge/gists.ts";
import type { Surroundings } from "../markdown/addresses.ts";
import { toPictureSource } from "../markdown/pictures.ts";
import { h } from "../page/dom.ts";
import { picture } from "../page/picture.ts";

/** A picture file. @throws Error if the browser cannot read it */
export async function pictureView(file: GistFile, { gist, revision }: Surroundings): Promise<HTMLElement> {
  const source = toPictureSource(file, gist, revision);
  if (source === undefined) throw new Error("not a picture");
  const shown = picture(source, file.filename);
  shown.loading = "eager";
  // For an `img` element: `decode` would reject large pictures that can be shown.
  await new Promise((resolve, reject) => {
    shown.addEventListener("load", resolve);
    shown.addEventListener("error", () => reject(new Error("not a picture that this browser can read")));
  });
  const size = shown.naturalWidth > 0 && `${shown.naturalWidth} × ${shown.naturalHeight} pixels`;
  return h("figure", { class: "picture-box" }, shown, h("figcaption", { class: "fine" }, size));
}
