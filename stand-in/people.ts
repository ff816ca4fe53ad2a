import { number, toTime } from "./seeded.ts";
import { userNodeId } from "./node-ids.ts";

const api = "https://api.github.com";

/** An account as the stand-in keeps it. `id` is the number that Links use. */
export type Person = {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Organization" | "Bot";
  /** The display name. */
  readonly name: string | null;
};

/** Forkers exist so that one gist can have more than a page of forks. */
export const forkers: readonly Person[] = Array.from({ length: 34 }, (_, n) => ({
  id: 40_000_001 + n,
  login: `forker-${String(n + 1).padStart(2, "0")}`,
  type: "User",
  name: null,
}));

/** Every account; any other name is 404. */
export const people: readonly Person[] = [
  { id: 583231, login: "octocat", type: "User", name: "The Octocat" },
  { id: 480938, login: "hubot", type: "User", name: "Hubot" },
  { id: 1024025, login: "Torvalds-Test", type: "User", name: "Linus T. (a test)" },
  { id: 176543210, login: "mona_acme", type: "User", name: "Mona at Acme" },
  { id: 1107, login: "old--timer", type: "User", name: null },
  { id: 2202, login: "legacy-", type: "User", name: null },
  { id: 3303, login: "-Jerry-", type: "User", name: "Jerry" },
  { id: 31415926, login: "prolific", type: "User", name: "Prolific Writer" },
  { id: 9919, login: "github", type: "Organization", name: "GitHub" },
  { id: 7777777, login: "empty-handed", type: "User", name: null },
  { id: 49699333, login: "dependabot[bot]", type: "Bot", name: null },
  ...forkers,
];

/** GitHub's `simple-user`. */
export function toUser(person: Person) {
  const { id, login, type } = person;
  const url = `${api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: userNodeId(id),
    avatar_url: `https://avatars.githubusercontent.com/u/${id}?v=4`,
    gravatar_id: "",
    url,
    // An app's page is named by the app.
    html_url: `https://github.com/${type === "Bot" ? `apps/${login.replace("[bot]", "")}` : login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

/** GitHub's `public-user`, which it puts into the `forks` of a single gist. */
export function toPublicUser(person: Person, gists: number) {
  const { login } = person;
  return {
    ...toUser(person),
    name: person.name,
    company: null,
    blog: "",
    location: login === "octocat" ? "San Francisco" : null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: number(`${login} repos`, 90),
    public_gists: gists,
    followers: number(`${login} followers`, 20_000),
    following: number(`${login} following`, 300),
    created_at: toTime(Date.UTC(2011, 0, 25) + number(`${login} born`, 86_400) * 1000),
    updated_at: toTime(Date.UTC(2026, 9, 22) + number(`${login} seen`, 86_400) * 1000),
  };
}
