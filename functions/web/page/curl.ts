/**
 * An address as a command for a POSIX shell, which bash, zsh and fish read alike. What a URL may hold encoded is: among it
 * are a shell's own characters, the backslash, which fish reads inside quotes, and those of which curl makes ranges.
 * @param href as the URL parser writes it, so that it holds ASCII only
 */
export function toCurl(href: string): string {
  const { origin, pathname, search } = new URL(href);
  const target = `${pathname}${search}`.replaceAll(
    /[^\w./?&=%:+-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  // A host may hold a quote.
  return `curl -i '${`${origin}${target}`.replaceAll("'", String.raw`'\''`)}'`;
}
