import { fetchFailed } from "./wire.ts";

/** Follows redirects as a real fetch does, by the mode of the request; no other origin can be reached. */
export async function follow(
  request: Request,
  answer: Response,
  next: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  let [at, found] = [request.url, answer];
  for (let hops = 0; ; hops++) {
    const location = [301, 302, 303, 307, 308].includes(found.status) ? found.headers.get("location") : null;
    if (location === null || request.redirect === "manual") break;
    const target = new URL(location, at);
    if (request.redirect === "error" || hops === 20) throw fetchFailed("UND_ERR_REDIRECT");
    if (target.origin !== new URL(at).origin) throw fetchFailed("ENOTFOUND");
    at = target.href;
    found = await next(new Request(at, request));
  }
  return Object.defineProperty(found, "url", { value: at });
}
