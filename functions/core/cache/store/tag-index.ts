/** The items that have a tag, of all items that are kept. Nearly every tag is of one item, which costs no set. */
export function createTagIndex() {
  const byTag = new Map<string, string | Set<string>>();

  return {
    find(tag: string): readonly string[] {
      const found = byTag.get(tag) ?? [];
      return typeof found === "string" ? [found] : [...found];
    },
    add(tag: string, item: string): void {
      const found = byTag.get(tag);
      if (found === undefined || found === item) byTag.set(tag, item);
      else if (typeof found === "string") byTag.set(tag, new Set([found, item]));
      else found.add(item);
    },
    remove(tag: string, item: string): void {
      const found = byTag.get(tag);
      if (found === item) byTag.delete(tag);
      else if (typeof found === "object" && found.delete(item) && found.size === 0) byTag.delete(tag);
    },
    size: (): number => byTag.size,
  };
}
