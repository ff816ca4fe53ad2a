import type { Person } from "../edge/person.ts";
import { h, link } from "../page/dom.ts";
import { bdi } from "../page/plain.ts";
import { toHref } from "../page/route.ts";

/**
 * A person's picture over their initial on a colour of their own: the initial shows until the picture is loaded, and
 * where it never is.
 */
export function avatar({ login, avatarUrl }: Person, size = 20): HTMLElement {
  const element = h(
    "span",
    { class: size > 20 ? "initial large" : "initial", attributes: { "aria-hidden": "true" } },
    (login[0] ?? "?").toUpperCase(),
  );
  const hue = Array.from(login.toLowerCase()).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360,
    7,
  );
  element.style.setProperty("--hue", String(hue));
  if (avatarUrl !== undefined) element.append(picture(avatarUrl, String(size)));
  return element;
}

function picture(url: string, size: string): HTMLImageElement {
  const image = h("img", {
    class: "avatar",
    // `src` comes last: what is before it decides how the picture is requested.
    attributes: { alt: "", width: size, height: size, loading: "lazy", referrerpolicy: "no-referrer", src: url },
  });
  image.addEventListener("error", () => image.remove(), { once: true });
  return image;
}

/** A link to a user's gists. */
export function personLink(person: Person): HTMLElement {
  return link(
    toHref({ view: "user", user: person.login, page: undefined, perPage: undefined }),
    { class: "person" },
    avatar(person),
    bdi(person.login),
  );
}
