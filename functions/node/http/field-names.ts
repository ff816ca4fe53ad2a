/**
 * Parts of names that have capitals of their own in GitHub's responses over HTTP/1.1, as recordings show them: `ETag`,
 * `X-GitHub-Media-Type`, `X-RateLimit-Limit`.
 */
const odd: Record<string, string> = { etag: "ETag", github: "GitHub", ratelimit: "RateLimit", www: "WWW" };

const known = new Map<string, string>();

/**
 * The name of a response field as GitHub spells it. Names are equal in any case (RFC 9110 section 5.1), but not for every
 * client: ghapi 1 finds no `link`, and asks for one page after the other without an end.
 * @param name in lower case, one of those that this service sends
 */
export function spellFieldName(name: string): string {
  let spelled = known.get(name);
  if (spelled === undefined) {
    spelled = name.replaceAll(/[^-]+/g, (part) => odd[part] ?? part.charAt(0).toUpperCase() + part.slice(1));
    known.set(name, spelled);
  }
  return spelled;
}

/** The fields of a response, names and values in turn, with the names as GitHub spells them. */
export function spellFields<Value>(fields: Record<string, Value>): (string | Value)[] {
  const spelled: (string | Value)[] = [];
  for (const name in fields) spelled.push(spellFieldName(name), fields[name]!);
  return spelled;
}
