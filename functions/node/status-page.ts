import type { Ports } from "../core/ports.ts";
import { servicePolicy } from "../core/routes/page-policy.ts";

/** The live page of this service, with its policy. */
export const statusDocument = { status: servicePolicy };

/** In the header of every page. */
const link = '<a href="metrics">Metrics</a>';
const statusLink = '<a href="status">Status</a>';

/** The same files, but the header of documents leads to the live page, which leads to the metrics. */
export function linkStatus(asset: Ports["asset"]): Ports["asset"] {
  return async function linked(name) {
    const found = await asset(name);
    if (!found || !name.endsWith(".html")) return found;
    const html = new TextDecoder().decode(found.body);
    return { ...found, body: new TextEncoder().encode(html.replace(link, statusLink)) };
  };
}
