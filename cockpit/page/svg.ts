/** Creates an element of a drawing. Undefined attributes are left out. */
export function s<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: { [name: string]: string | number | undefined } = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}
