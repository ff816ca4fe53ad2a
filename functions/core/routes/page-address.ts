import { escapeAttribute } from "./page-config.ts";

/**
 * The document for one of its addresses: links to the same data for readers without JavaScript, and what a preview of a
 * shared link shows.
 * @param search the query, with its question mark
 * @param root the page's own address with a slash at its end; empty if no link may name its host
 */
export function fillInAddress(html: string, search: string, root: string): string {
  const query = new URLSearchParams(search);
  const gist = query.get("gist");
  const user = query.get("user");
  const [title, data, path] = gist
    ? [`Gist ${gist}`, `gists/${encodeURIComponent(gist)}`, encodeURIComponent(gist)]
    : user
      ? [`Gists of ${user}`, `users/${encodeURIComponent(user)}/gists`, encodeURIComponent(user)]
      : query.has("public")
        ? ["Public gists", "gists/public", "discover"]
        : [];
  const link = (href: string) => `<a href="${href}">${href}</a>`;
  const links =
    data === undefined ? "" : ` Its data: ${link(data)}. On GitHub: ${link(`https://gist.github.com/${path}`)}.`;
  const values: Record<string, string> = {
    root: escapeAttribute(root),
    title: escapeAttribute(title === undefined ? "Edge Gists" : `${title} · Edge Gists`),
    links,
  };
  // In one pass: a name in an address could be a placeholder itself.
  return html.replaceAll(/\{(root|title|links)\}/g, (whole, name: string) => values[name] ?? whole);
}
