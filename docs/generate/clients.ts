import { clients, type Client, type ClientName, scenarios, type Scenario } from "./client-matrix.ts";
import { code, read, table, withParts } from "./markdown.ts";

export const clientsPath = "docs/clients.md";

const sources = "test/clients";

interface Page {
  /** Where its snippet is, in its folder or in another client's. */
  snippet: string;
  /** Where the tested version is pinned, in its folder; the first group is the version. */
  pinned?: [file: string, pattern: RegExp];
  /** The version where the test takes what the system has. */
  version?: string;
  /** True if it adds /api/v3 to the address by itself, as it is set in the tests. */
  addsPrefix?: true;
  /** What a user of it needs to know. */
  notes: string;
}

const requirement = (name: string): [string, RegExp] => [
  "requirements.txt",
  new RegExp(String.raw`^${name}==(\S+)`, "im"),
];
const octokitRest: [string, RegExp] = ["package.json", /"@octokit\/rest": "([^"]+)"/];

const pages: Record<ClientName, Page> = {
  octokit: {
    snippet: "octokit/snippet.mjs",
    pinned: octokitRest,
    notes:
      "Works in browsers too. To follow URLs from bodies, such as `data.comments_url`, add `/api/v3` to `baseUrl`. " +
      "The tests use the plugins for retries and throttling of the `octokit` package. " +
      "The one for retries repeats a 405 and a 415 three times: a call that writes fails after 14 seconds. " +
      "`retry: { doNotRetry: [400, 401, 403, 404, 405, 410, 415, 422, 451] }` ends it at once.",
  },
  "octokit-18": {
    snippet: "octokit/snippet.mjs",
    pinned: octokitRest,
    notes: "The same program runs with this version.",
  },
  pygithub: {
    snippet: "pygithub/snippet.py",
    pinned: requirement("PyGithub"),
    notes:
      "PyGithub follows URLs from bodies, and raises `AssertionError` for another host than that of `base_url`. " +
      "It needs `/api/v3`, or `REWRITE_BODY_URLS=on`. `lazy=True` is not necessary.",
  },
  githubkit: {
    snippet: "githubkit/snippet.py",
    pinned: requirement("GitHubKit"),
    notes:
      "It sends `X-GitHub-Api-Version: 2026-03-10`, which the service knows. " +
      "To follow URLs from bodies, add `/api/v3` to `base_url`.",
  },
  gidgethub: {
    snippet: "gidgethub/snippet.py",
    pinned: requirement("gidgethub"),
    notes: "To follow URLs from bodies, such as `getitem(gist['comments_url'])`, add `/api/v3` to `base_url`.",
  },
  github3: {
    snippet: "github3/snippet.py",
    pinned: requirement("github3.py"),
    addsPrefix: true,
    notes:
      "`GitHubEnterprise` adds `/api/v3` by itself. `commits()`, `forks()`, `comments()` and `refresh()` of a gist follow " +
      "URLs from bodies, so that they stay on the service. `commits()` fails on a revision without counts, and " +
      "`comments()` on a comment whose user is deleted: github3.py expects what GitHub may leave out.",
  },
  "go-github": {
    snippet: "go-github/snippet/main.go",
    pinned: ["go.mod", /go-github\/v\d+ v(\S+)/],
    notes:
      "`WithEnterpriseURLs` adds `/api/v3/` by itself. `WithURLs` without the prefix works too. " +
      "After a response with `X-RateLimit-Remaining: 0`, go-github makes no call until the reset, also for resources that " +
      "the service has cached. `WithDisableRateLimitCheck` turns this off.",
  },
  gh: {
    snippet: "gh/snippet.sh",
    version: "2.23.0",
    addsPrefix: true,
    notes:
      "`GH_HOST` means HTTPS and `/api/v3`: the service needs TLS, with a certificate that the machine trusts. On Linux, " +
      "`SSL_CERT_FILE` names another one. `gh api` and `gh gist view` work; `gh gist list` needs GraphQL. " +
      "Without TLS, `gh api` takes a whole URL: `GH_TOKEN=any gh api http://localhost:8080/users/octocat/gists --paginate`. " +
      "gh demands some token.",
  },
  hub4j: {
    snippet: "hub4j/Snippet.java",
    pinned: ["pom.xml", /<artifactId>github-api<\/artifactId>\s*<version>([^<]+)</],
    notes:
      "To follow URLs from bodies, as `gist.getOwner().getCreatedAt()` does, it needs `/api/v3`, or `REWRITE_BODY_URLS=on`.",
  },
  octocrab: {
    snippet: "octocrab/src/bin/snippet.rs",
    pinned: ["Cargo.toml", /\[dependencies\.octocrab\]\s*version = "=([^"]+)"/],
    notes: "To follow URLs from bodies, add `/api/v3` to `base_uri`.",
  },
  "octokit-rb": {
    snippet: "octokit-rb/snippet.rb",
    version: "4.20.0",
    notes:
      "`auto_paginate` fetches all pages. Relations such as `gist.rels[:commits]` are URLs from bodies: they need `/api/v3`, " +
      "or `REWRITE_BODY_URLS=on`.",
  },
};

/** Names of languages for highlighting, by the ending of a file. */
const languages: Record<string, string> = {
  mjs: "js",
  py: "python",
  go: "go",
  sh: "sh",
  java: "java",
  rs: "rust",
  rb: "ruby",
};

function versionOf(name: ClientName): string {
  const { pinned, version } = pages[name];
  if (!pinned) return `${version}, of Debian 12`;
  const [file, pattern] = pinned;
  const [, found] = pattern.exec(read(`${sources}/${name}/${file}`)) ?? [];
  if (found === undefined) throw new Error(`${file} of ${name} does not say which version is tested`);
  return found;
}

const all: readonly (Client & { name: ClientName })[] = clients;

/** The client without its version. */
const nameOf = ({ title }: Client) => title.replace(/ \d+$/, "");

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function prefixOf({ name, enterprise }: (typeof all)[number]): string {
  if (pages[name].addsPrefix) return "Added by the client";
  return enterprise ? "In the base URL" : "Not needed";
}

function renderTable(): string {
  const rows = all.map((client) => [
    nameOf(client),
    versionOf(client.name),
    client.setting.replaceAll(/\w+(?:\(url\))?/g, (word) => (word === "or" ? word : code(word))),
    prefixOf(client),
  ]);
  return table(["Client", "Version", "Setting", "`/api/v3`"], rows);
}

/** What every client does, but for the table below. */
function renderScenarios(): string {
  return Object.values(scenarios)
    .map((text) => `- ${sentence(text)}`)
    .join("\n");
}

/** What the clients are not asked to do, clients with the same reason in one row. */
function renderExceptions(): string {
  const rows = new Map<string, { names: string[]; text: string; reason: string }>();
  for (const { title, cannot } of all) {
    for (const [scenario, reason] of Object.entries(cannot)) {
      const row = rows.get(scenario + reason) ?? { names: [], text: scenarios[scenario as Scenario], reason };
      row.names.push(title);
      rows.set(scenario + reason, row);
    }
  }
  const cells = [...rows.values()]
    .toSorted((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ names, text, reason }) => [sentence(text), reason, names.join(", ")]);
  return table(["Not tested", "Because the client", "Clients"], cells);
}

function renderErrors(): string {
  const rows = all.map(({ title, errors }) => {
    const { notFound, primary, secondary } = errors;
    const names = typeof secondary === "string" ? [secondary] : secondary;
    return [title, code(notFound), code(primary), names.map(code).join(" or ")];
  });
  return table(["Client", "No such gist", "Primary limit", "Secondary limit"], rows);
}

function renderExamples(): string {
  return all
    .map((client) => {
      const { snippet, notes } = pages[client.name];
      const path = `${sources}/${snippet}`;
      const language = languages[snippet.split(".").at(-1) ?? ""] ?? "";
      const isShown = snippet.startsWith(`${client.name}/`);
      const shown = isShown ? `\n\n\`\`\`${language}\n${read(path).trimEnd()}\n\`\`\`` : "";
      return `### ${client.title}\n\n${notes}${shown}`;
    })
    .join("\n\n");
}

/** docs/clients.md with its generated parts replaced. */
export const renderClients = (page: string): string =>
  withParts(page, {
    clients: renderTable,
    scenarios: renderScenarios,
    exceptions: renderExceptions,
    examples: renderExamples,
    errors: renderErrors,
  });
