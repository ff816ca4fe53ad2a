import { at, code, codes, table } from "./markdown.ts";

/** Where the page is kept. */
export const routesPath = at("docs/routes.md");

/** The parts of the OpenAPI document that the page needs. */
export interface RoutesDocument {
  tags: { name: string; description: string }[];
  paths: Record<string, { get?: Operation }>;
}

interface Operation {
  summary: string;
  description: string;
  tags: string[];
  parameters?: { name: string; in: string }[];
}

function toCells(template: string, { summary, description, parameters = [] }: Operation): string[] {
  const query = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  const more = description.replace(/^GitHub's own documentation: (\S+)$/, "[GitHub's documentation]($1)");
  return [code(template), summary, codes(query), more];
}

/** docs/routes.md, whole. */
export function renderRoutes({ tags, paths }: RoutesDocument): string {
  const operations = Object.entries(paths).flatMap(([template, { get }]) => (get ? [{ template, get }] : []));
  const sections = tags.map(({ name, description }) => {
    const rows = operations
      .filter(({ get }) => get.tags.includes(name))
      .toSorted((a, b) => (a.template < b.template ? -1 : 1))
      .map(({ template, get }) => toCells(template, get));
    return `## ${name}\n\n${description}\n\n${table(["Path", "Response", "Query parameters", "More"], rows)}\n`;
  });
  return `# Routes

<!-- Made by \`npm run docs routes\` from the OpenAPI document: change the schemas in functions/core/routes. -->

Every operation of the OpenAPI document (\`/openapi.json\`, shown at \`/docs\`). The methods are GET, HEAD and OPTIONS. \`/\` lists them as URL templates. How to [add a route](adding-a-route.md).

${sections.join("\n")}`;
}
