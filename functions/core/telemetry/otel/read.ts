import { integer, isHttpUrl, split, type Variable, word } from "../../config/parser.ts";

/** The largest number that every SDK should accept; as a time in milliseconds, no limit. */
export const largest = 2 ** 31 - 1;

/** A whole number up to the specification's maximum. */
export function number<Fallback extends number | undefined>(
  fallback: Fallback,
  minimum: number,
): Variable<number | Fallback> {
  return { fallback, read: integer(0, minimum, largest, "").read };
}

/** A time in a timer's range: 0 means no limit. */
export function toLimit(timeout: number): number {
  return timeout === 0 ? largest : timeout;
}

/** One of some words, case-insensitive. */
export function choice<const Word extends string, Fallback extends Word | undefined>(
  fallback: Fallback,
  words: readonly Word[],
): Variable<Word | Fallback> {
  const { read } = word<Word>(words[0]!, words, "");
  return {
    fallback,
    read: (given) => read(typeof given === "string" ? given.trim().toLowerCase() : given),
  };
}

/** Some of some words, case-insensitive, separated by commas. Others are ignored. */
export function choices<const Word extends string>(
  fallback: readonly Word[],
  words: readonly Word[],
): Variable<readonly Word[]> {
  const must = `hold ${words.join(", ")} only`;
  return {
    fallback,
    read(given) {
      const items = typeof given === "string" ? split(given.toLowerCase()) : [];
      const value = words.filter((one) => items.includes(one));
      if (value.length === 0) return { must };
      return { value, ...(items.some((item) => !value.includes(item as Word)) && { must }) };
    },
  };
}

/** A percent-encoded pair between commas; undefined if it is invalid. */
function toPair(item: string): [string, string] | undefined {
  const at = item.indexOf("=");
  if (at < 1) return undefined;
  try {
    return [item.slice(0, at).trim(), decodeURIComponent(item.slice(at + 1).trim())];
  } catch {
    return undefined;
  }
}

/**
 * Resource attributes: one invalid attribute makes all of them invalid
 * (https://opentelemetry.io/docs/specs/otel/resource/sdk/).
 */
export function attributes(): Variable<Record<string, string>> {
  const must = "be `name=value` pairs, percent-encoded";
  return {
    fallback: {},
    read(given) {
      const pairs = typeof given === "string" ? split(given).map(toPair) : [undefined];
      return pairs.includes(undefined) ? { must } : { value: Object.fromEntries(pairs as [string, string][]) };
    },
  };
}

/** An http(s) URL that fetch accepts, and therefore one without credentials. */
export function httpUrl(): Variable<string | undefined> {
  const must = "be an http(s) URL without credentials";
  return {
    fallback: undefined,
    read(given) {
      if (!isHttpUrl(given)) return { must };
      const { username, password } = new URL(given);
      return username + password === "" ? { value: given } : { must };
    },
  };
}

/** Header fields, their names in lower case. Fields that no client could send are dropped. */
export function fields(): Variable<Record<string, string> | undefined> {
  const must = "be `name=value` pairs, percent-encoded, that can be header fields";
  return {
    fallback: undefined,
    read(given) {
      const items = typeof given === "string" ? split(given) : [""];
      const good = items.map(toPair).filter((pair) => pair !== undefined && isField(pair)) as [string, string][];
      if (good.length === 0) return { must };
      const value = Object.fromEntries(good.map(([name, content]) => [name.toLowerCase(), content]));
      return { value, ...(good.length < items.length && { must }) };
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-5 */
function isField([name, content]: [string, string]): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(content);
}
