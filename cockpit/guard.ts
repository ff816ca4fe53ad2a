import { createMiddleware } from "hono/factory";

const hosts = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Lets only the cockpit's own page, and programs on this machine, reach it. Another site's page cannot read it or
 * drive it: not by a form or `fetch` (`Origin`, `Sec-Fetch-Site`), and not under a name of its own that leads to this
 * machine, by DNS rebinding (`Host`).
 * @param port where it listens; known later than the routes
 */
export function guard(port: () => number) {
  const own = () => hosts.map((host) => `${host}:${port()}`);
  return createMiddleware(async function guard(c, next) {
    const host = c.req.header("host")?.toLowerCase() ?? "";
    if (!own().includes(host)) return c.text("This host name is not the cockpit's.", 403);
    const origin = c.req.header("origin");
    const site = c.req.header("sec-fetch-site") ?? "same-origin";
    // A link from elsewhere may open the page: that changes nothing.
    const isVisit = c.req.method === "GET" && c.req.header("sec-fetch-mode") === "navigate";
    const isOwn = (origin === undefined || origin === `http://${host}`) && ["same-origin", "none"].includes(site);
    if (!isOwn && !isVisit) return c.text("Only the cockpit's own page may ask for this.", 403);
    const isJson = c.req.header("content-type")?.startsWith("application/json") === true;
    if (c.req.method === "POST" && !isJson) return c.text("Send JSON.", 415);
    await next();
    return undefined;
  });
}

/** Header fields of every response: nothing from elsewhere, no frame around it, nothing kept. */
export const fields = createMiddleware(async function fields(c, next) {
  await next();
  c.res.headers.set(
    "content-security-policy",
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; " +
      "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  );
  c.res.headers.set("cache-control", "no-store");
  c.res.headers.set("cross-origin-resource-policy", "same-origin");
  c.res.headers.set("referrer-policy", "no-referrer");
  c.res.headers.set("x-content-type-options", "nosniff");
});
