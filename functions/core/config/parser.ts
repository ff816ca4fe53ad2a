/** The value of a setting, and the requirement that it fails. Never the value given: it may be a secret. */
type Reading<T> = { value: T; must?: string } | { value?: undefined; must: string };

/** How one variable is read. */
export interface Variable<T> {
  /** The default. */
  fallback: T;
  read: (given: unknown) => Reading<T>;
}

/** One setting. */
export interface Setting<T> extends Variable<T> {
  /** The meaning in docs/settings.md. */
  description: string;
}

export type Settings = Record<string, Variable<unknown>>;

export type Values<S extends Settings> = { [Name in keyof S]: S[Name]["fallback"] };

/** Thrown at startup if a setting is invalid. Names every invalid setting, never its value (it may be a secret). */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Reads settings from environment variables or bindings; an empty string counts as unset. It uses no schema library:
 * building the schemas would take a third of a cold start.
 * @returns the values, and the requirements that invalid settings fail, by name
 */
export function readSettings<S extends Settings>(
  settings: S,
  env: Record<string, unknown>,
): { values: Values<S>; wrong: [name: string, must: string][] } {
  const wrong: [string, string][] = [];
  const values = Object.entries(settings).map(([name, { fallback, read }]) => {
    const given = env[name];
    if (given === undefined || given === "") return [name, fallback];
    const { value = fallback, must } = read(given);
    if (must !== undefined) wrong.push([name, must]);
    return [name, value];
  });
  return { values: Object.fromEntries(values) as Values<S>, wrong };
}

/** Reads settings, all of which must be valid. @throws ConfigError */
export function parseConfig<S extends Settings>(settings: S, env: Record<string, unknown>): Values<S> {
  const { values, wrong } = readSettings(settings, env);
  if (wrong.length > 0) throw new ConfigError(wrong.map(([name, must]) => `${name}: must ${must}`).join("; "));
  return values;
}

/** A number in plain decimal digits, or a number value as in wrangler.toml. */
function number(pattern: RegExp, isGood: (value: number) => boolean, must: string) {
  return (given: unknown): Reading<number> => {
    const value = typeof given === "string" && pattern.test(given.trim()) ? Number(given) : given;
    return typeof value === "number" && isGood(value) ? { value } : { must };
  };
}

/** A whole number: no sign, no exponent, no unit. */
export function integer(fallback: number, minimum: number, maximum: number, description: string): Setting<number> {
  const isGood = (value: number) => Number.isInteger(value) && value >= minimum && value <= maximum;
  const read = number(/^\d{1,15}$/, isGood, `be a whole number from ${minimum} to ${maximum}`);
  return { fallback, description, read };
}

/** A fraction, from 0 to 1. */
export function ratio(fallback: number, description: string): Setting<number> {
  const isGood = (value: number) => value >= 0 && value <= 1;
  return { fallback, description, read: number(/^\d{0,9}\.?\d{1,17}$/, isGood, "be a number from 0 to 1") };
}

/** A text that passes a check. */
export function text<T extends string | undefined>(
  fallback: T,
  isGood: (value: string) => boolean,
  must: string,
  description: string,
): Setting<string | T> {
  return {
    fallback,
    description,
    read: (given) => (typeof given === "string" && isGood(given) ? { value: given } : { must }),
  };
}

/** One of some words. */
export function word<const Word extends string>(
  fallback: NoInfer<Word>,
  words: readonly Word[],
  description: string,
): Setting<Word> {
  const read = (given: unknown): Reading<Word> => {
    const value = words.find((one) => one === given);
    return value === undefined ? { must: `be one of ${words.join(", ")}` } : { value };
  };
  return { fallback, description, read };
}

/** Items separated by commas; blanks around them and empty items are ignored. */
export function list(
  fallback: readonly string[],
  isGood: (item: string) => boolean,
  must: string,
  description: string,
): Setting<readonly string[]> {
  return {
    fallback,
    description,
    read(given) {
      if (typeof given !== "string") return { must };
      const value = split(given);
      if (!value.every(isGood)) return { must };
      return { value: value.length === 0 ? fallback : value };
    },
  };
}

/** A URL that passes a check. Blanks around it are ignored: files of secrets often end with a line feed. */
export function url(
  isGood: (value: string) => boolean,
  must: string,
  description: string,
): Setting<string | undefined> {
  const { read, ...rest } = text(undefined, isGood, must, description);
  return { ...rest, read: (given) => read(typeof given === "string" ? given.trim() : given) };
}

/** An http(s) origin with an optional path and nothing else. A trailing slash is removed. */
export function baseUrl<T extends string | undefined>(fallback: T, description: string): Setting<string | T> {
  return {
    fallback,
    description,
    read(given) {
      if (!isHttpUrl(given)) return { must: "be an http(s) URL" };
      const { origin, pathname, username, password } = new URL(given);
      if (username !== "" || password !== "" || /[?#]/.test(given))
        return { must: "hold no query, fragment or credentials" };
      return { value: `${origin}${pathname}`.replace(/\/+$/, "") };
    },
  };
}

export function isHttpUrl(given: unknown): given is string {
  return typeof given === "string" && /^\s*https?:\/\//i.test(given) && URL.canParse(given);
}

/** The items between commas, without the blanks around them and without empty items. */
export function split(given: string): string[] {
  return given
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
