/** What an element is made with: attributes as text, and what happens on a click. */
export interface Properties {
  class?: string | undefined;
  onclick?: (event: MouseEvent) => void;
  attributes?: Record<string, string | undefined>;
}

/** Content: text stays text, whatever is in it. Undefined and false are left out. */
export type Child = Node | string | undefined | false;

/**
 * Makes an element. The only way in which the page makes any: nothing of it ever reads markup, so that
 * descriptions, names and contents cannot become any.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (properties.class !== undefined) element.className = properties.class;
  if (properties.onclick) element.addEventListener("click", properties.onclick as EventListener);
  for (const [key, value] of Object.entries(properties.attributes ?? {})) {
    if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
}

/** A link. Elsewhere is told nothing of where one comes from, and gets no hold of this page. */
export function link(href: string, properties: Properties, ...children: Child[]): HTMLAnchorElement {
  const elsewhere = !href.startsWith("/");
  return h(
    "a",
    {
      ...properties,
      attributes: { ...properties.attributes, href, rel: elsewhere ? "noopener noreferrer" : undefined },
    },
    ...children,
  );
}

/** The element of the document with that id. @throws Error where there is none */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
