import { renderFigures } from "./benchmarks.ts";
import { withParts } from "./markdown.ts";
import { renderUsualSettings } from "./settings.ts";

export const readmePath = "README.md";

/** README.md with its generated parts replaced. */
export const renderReadme = (page: string): string =>
  withParts(page, { settings: renderUsualSettings, figures: renderFigures });
