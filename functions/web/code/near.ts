interface Waiting {
  act: () => void;
  print: (() => void) | undefined;
}

const waiting = new WeakMap<Element, Waiting>();

/** `scrollMargin` is for boxes that scroll by themselves; a browser without it acts a moment later there. */
const margins = { rootMargin: "400px", scrollMargin: "400px" };

const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) take(target)?.act();
}, margins);

function take(element: Element): Waiting | undefined {
  const found = waiting.get(element);
  waiting.delete(element);
  observer.unobserve(element);
  return found;
}

/**
 * Acts once, when an element comes near the window: forty files cost no more than the visible ones.
 * @param print instead of that for an element that is printed before it was near; it must be done when it returns
 */
export function whenNear(element: Element, act: () => void, print?: () => void): void {
  waiting.set(element, { act, print });
  observer.observe(element);
}

addEventListener("beforeprint", () => {
  // Files first: they bring the lines of their source.
  for (const kind of [".file", ".chunk", ".comment-body"]) {
    for (const element of document.querySelectorAll(kind)) if (waiting.get(element)?.print) take(element)?.print?.();
  }
});
