const waiting = new WeakMap<Element, () => void>();

/** `scrollMargin` is for boxes that scroll by themselves; a browser without it acts a moment later there. */
const margins = { rootMargin: "400px", scrollMargin: "400px" };

const observer = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    observer.unobserve(target);
    waiting.get(target)?.();
    waiting.delete(target);
  }
}, margins);

/** Acts once, when an element comes near the window: forty files cost no more than the visible ones. */
export function whenNear(element: Element, act: () => void): void {
  waiting.set(element, act);
  observer.observe(element);
}
