/** Somebody on GitHub. */
export interface Person {
  login: string;
  /** On GitHub's own site for pictures of people, in the size that is shown; undefined for any other address. */
  avatarUrl: string | undefined;
}

/** Pixels of the shown pictures on a screen of high density. */
const avatarSize = "72";

/** Somebody from GitHub's JSON; undefined for an account that is gone. */
export function toPerson(value: unknown): Person | undefined {
  const login = isFields(value) ? toText(value["login"]) : undefined;
  return login === undefined || !isFields(value) ? undefined : { login, avatarUrl: toAvatar(value["avatar_url"]) };
}

/** The page requests pictures of people from this one site, which its policy allows as well. */
function toAvatar(value: unknown): string | undefined {
  if (typeof value !== "string" || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  if (url.origin !== "https://avatars.githubusercontent.com" || url.username !== "") return undefined;
  url.searchParams.set("s", avatarSize);
  return url.href;
}

export function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
