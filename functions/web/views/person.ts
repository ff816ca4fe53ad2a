import { h, link } from "../page/dom.ts";
import { bdi } from "../page/plain.ts";
import { toHref } from "../page/route.ts";

/** A person's initial on a colour of their own: a picture would be a request to another origin. */
export function initial(login: string, className = "initial"): HTMLElement {
  const element = h(
    "span",
    { class: className, attributes: { "aria-hidden": "true" } },
    (login[0] ?? "?").toUpperCase(),
  );
  const hue = Array.from(login.toLowerCase()).reduce(
    (sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360,
    7,
  );
  element.style.setProperty("--hue", String(hue));
  return element;
}

/** A link to a user's gists. */
export function personLink(login: string): HTMLElement {
  return link(
    toHref({ view: "user", user: login, page: undefined, perPage: undefined }),
    { class: "person" },
    initial(login),
    bdi(login),
  );
}
