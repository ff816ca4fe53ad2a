/** The parts of an element: attributes as text, and its click handler. */
export interface Properties {
  class?: string | undefined;
  onclick?: (event: MouseEvent) => void;
  attributes?: Record<string, string | undefined>;
}

/** Content: text stays text, whatever it contains. Undefined and false are dropped. */
export type Child = Node | string | undefined | false;

/**
 * Creates an element. The page has no other way to create one: no code of it parses markup, so that descriptions, names
 * and contents cannot become markup.
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

/** A link. Another origin gets no referrer, and no access to this window. */
export function link(href: string, properties: Properties, ...children: Child[]): HTMLAnchorElement {
  const elsewhere = !href.startsWith("/");
  return h(
    "a",
    {
      ...properties,
      attributes: { ...properties.attributes, href, ...(elsewhere && { rel: "noopener noreferrer" }) },
    },
    ...children,
  );
}

/** The element of the document with that id. @throws Error if there is none */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
