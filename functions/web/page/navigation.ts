import { base, type Route, parseRoute, toHref } from "./route.ts";

/** Why a route is shown: decides on focus and scrolling. */
export type Cause = "load" | "follow" | "back" | "again";

/** The data on a page in the browser's history. */
interface Remembered {
  y?: number;
  /** The link that was followed from there. */
  followed?: string;
}

/** Keeps address and view in sync: links, forms, back and forward. */
export function createNavigation(show: (route: Route, cause: Cause) => Promise<void>) {
  // Content comes after the address: the browser would scroll before it is present.
  history.scrollRestoration = "manual";
  /** The address of what is shown. A change of its hash alone is a move on the page. */
  let shown = "";

  function present(route: Route, cause: Cause): Promise<void> {
    shown = location.pathname + location.search;
    return show(route, cause);
  }

  function leave(followed: string | undefined): void {
    const state: Remembered = { y: scrollY, ...(followed !== undefined && { followed }) };
    history.replaceState(state, "");
  }

  function go(route: Route, followed?: string): void {
    leave(followed);
    history.pushState({}, "", toHref(route));
    void present(route, "follow");
  }

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (event.defaultPrevented || event.button !== 0 || !(target instanceof Element)) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = target.closest<HTMLAnchorElement>("a[href]");
    if (!anchor || anchor.target || anchor.origin !== location.origin || anchor.pathname !== `${base}/` || anchor.hash)
      return;
    event.preventDefault();
    go(parseRoute(anchor.search), anchor.getAttribute("href") ?? undefined);
  });

  async function comeBack({ y = 0, followed }: Remembered): Promise<void> {
    const isHere = location.pathname + location.search === shown;
    if (!isHere) await present(parseRoute(location.search), "back");
    if (location.hash !== "" && y === 0) return;
    scrollTo(0, y);
    if (followed === undefined) return;
    const links = document.querySelectorAll<HTMLElement>("#view a[href], #home a[href]");
    [...links].find((link) => link.getAttribute("href") === followed)?.focus({ preventScroll: true });
  }
  addEventListener("popstate", (event) => void comeBack((event.state ?? {}) as Remembered));

  return {
    go,
    /** Shows the view of the address; `?q=` becomes the address that its text means. */
    start(): void {
      const route = parseRoute(location.search);
      if (new URLSearchParams(location.search).has("q")) history.replaceState({}, "", toHref(route));
      void present(route, "load");
    },
  };
}
