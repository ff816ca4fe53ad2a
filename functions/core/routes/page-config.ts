import { EdgeError } from "../errors.ts";
import type { Ports } from "../ports.ts";

/** The settings that the explorer's document gives to its scripts. */
export interface PageConfig {
  /** The build's version. */
  version: string;
  /** The collector of real user monitoring; absent if nothing is collected. */
  faroUrl?: string;
  /** A URL with `{trace_id}` in it; absent if there is no trace viewer. */
  traceViewerUrl?: string;
}

/** The placeholder that build.mjs and functions/web/index.html leave for the settings. */
const placeholder = `name="edge-gists" content="{}"`;

/** The settings for the page, and none of the service's other settings. */
export function toPageConfig({ config, build }: Pick<Ports, "config" | "build">): PageConfig {
  return {
    version: build.version,
    ...(config.FARO_URL !== undefined && { faroUrl: config.FARO_URL }),
    ...(config.TRACE_VIEWER_URL !== undefined && { traceViewerUrl: config.TRACE_VIEWER_URL }),
  };
}

/** The document with the settings in it. @throws EdgeError if it has no placeholder */
export function fillIn(html: Uint8Array<ArrayBuffer>, config: PageConfig): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(html);
  if (!text.includes(placeholder)) throw new EdgeError("internal", "The page has no room for its settings");
  const content = escapeAttribute(JSON.stringify(config));
  return new TextEncoder().encode(text.replace(placeholder, () => `name="edge-gists" content="${content}"`));
}

/** https://html.spec.whatwg.org/multipage/syntax.html#attributes-2 */
export function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
