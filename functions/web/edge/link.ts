/** One target of a `Link` header (RFC 8288): its address, and its page of the list. */
export interface PageLink {
  /** Path and query on this origin, requested unchanged. */
  target: string;
  page: number;
}

export type Rel = "first" | "prev" | "next" | "last";

/**
 * The pages that a response links to. A target of another origin is dropped: the page requests its own only.
 * @param base the address of the response
 */
export function parseLink(header: string | null, base: string): Partial<Record<Rel, PageLink>> {
  const links: Partial<Record<Rel, PageLink>> = {};
  const { origin } = new URL(base);
  for (const [, target = "", parameters = ""] of (header ?? "").matchAll(/<([^>]*)>([^,<]*)/g)) {
    const rel = /;\s*rel="?(first|prev|next|last)"?/.exec(parameters)?.[1] as Rel | undefined;
    const url = URL.canParse(target, base) ? new URL(target, base) : undefined;
    if (rel === undefined || url === undefined || url.origin !== origin) continue;
    links[rel] = { target: `${url.pathname}${url.search}`, page: Number(url.searchParams.get("page") ?? 1) };
  }
  return links;
}
