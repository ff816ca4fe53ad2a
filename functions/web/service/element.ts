/** Creates an element with text or elements in it. Text stays text: nothing here parses markup. */
export function element(name: string, attributes: Record<string, string> = {}, ...children: (Node | string)[]) {
  const created = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...children);
  return created;
}
