import type { PageConfig } from "../../core/routes/page-config.ts";

/** The settings that the service puts into the document (core/routes/page-config.ts). */
export function readConfig(): PageConfig {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="edge-gists"]');
  return { version: "", ...(JSON.parse(meta?.content || "{}") as Partial<PageConfig>) };
}
