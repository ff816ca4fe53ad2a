/**
 * An address as a command for a POSIX shell, which bash, zsh and fish read alike. Every character that a URL may
 * percent-encode is encoded. Among them are a shell's own characters, the backslash, which fish reads inside quotes,
 * and those of curl's ranges.
 * @param href as the URL parser writes it, so that it holds ASCII only
 */
export function toCurl(href: string): string {
  const { origin, pathname, search } = new URL(href);
  const target = `${pathname}${search}`.replaceAll(
    /[^\w./?&=%:+-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  // A host may contain a quote.
  return `curl -i '${`${origin}${target}`.replaceAll("'", String.raw`'\''`)}'`;
}
