/** A piece of HTML in Markdown: a tag that the page knows, or text. */
export type HtmlPart =
  | { kind: "text"; text: string }
  | { kind: "open"; name: string; href?: string; src?: string; alt?: string }
  | { kind: "close"; name: string };

/** Tags that people use in Markdown, and that only structure text. Anything else is shown as it is written. */
const known = new Set(
  "a b br blockquote center code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p picture pre s samp span strong sub summary sup u ul var".split(
    " ",
  ),
);

/** Cuts HTML into known tags and text. Of attributes it keeps addresses and descriptions of links and pictures. */
export function toHtmlParts(html: string): HtmlPart[] {
  const parts: HtmlPart[] = [];
  const addText = (text: string) => {
    if (text !== "") parts.push({ kind: "text", text: decode(text) });
  };
  let at = 0;
  while (at < html.length) {
    const from = html.indexOf("<", at);
    if (from < 0) break;
    const isComment = html.startsWith("<!--", from);
    const end = isComment ? html.indexOf("-->", from + 4) : html.indexOf(">", from);
    if (end < 0) break;
    const tag = isComment ? undefined : toTag(html.slice(from, end + 1));
    if (isComment || tag) {
      addText(html.slice(at, from));
      if (tag) parts.push(tag);
      at = end + (isComment ? 3 : 1);
    } else {
      addText(html.slice(at, from + 1));
      at = from + 1;
    }
  }
  addText(html.slice(at));
  return parts;
}

function toTag(text: string): HtmlPart | undefined {
  if (text.length > 4000) return undefined;
  const [, slash, letters, rest = ""] = /^<(\/?)([a-z][a-z\d]*)((?:\s[^<>]*)?)\/?>$/i.exec(text) ?? [];
  const name = letters?.toLowerCase() ?? "";
  if (!known.has(name)) return undefined;
  if (slash === "/") return { kind: "close", name };
  if (name !== "a" && name !== "img") return { kind: "open", name };
  const attributes = new Map<string, string>();
  for (const [, key = "", double, single, bare] of rest.matchAll(
    /([a-z][-a-z\d]*)\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'=]+))/gi,
  ))
    attributes.set(key.toLowerCase(), decode(double ?? single ?? bare ?? ""));
  const pick = <Key extends string>(key: Key) => {
    const value = attributes.get(key);
    return value === undefined ? {} : ({ [key]: value } as Record<Key, string>);
  };
  return name === "a"
    ? { kind: "open", name, ...pick("href") }
    : { kind: "open", name, ...pick("src"), ...pick("alt") };
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** The character references that markup cannot do without, and numeric ones. */
export function decode(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name).toLowerCase()] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
    return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : whole;
  });
}
