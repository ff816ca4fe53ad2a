/** The last word of a name, where it says in which unit the value is. */
const unit = /_(?:SECONDS?|SECS?|S|MS|MILLISECONDS|MINUTES?|BYTES?|KB|MB)$/;

/** OpenTelemetry's variables for logs, whose names differ from those for spans in two characters (`OTEL_BSP_`). */
const others = /^OTEL_BLRP_/;

/** Characters to insert, delete or replace (Levenshtein's distance). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++)
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (from[i] === to[j] ? 0 : 1)));
    row = next;
  }
  return row[to.length]!;
}

/** True if no word is another one: `CACHE_URL` has two characters that `CACHE_TTL` has not, and is no slip of the pen. */
function hasSameWords(name: string, setting: string): boolean {
  const words = name.split("_");
  const others = setting.split("_");
  return (
    words.length !== others.length ||
    words.every((word, at) => distance(word, others[at]!) * 2 <= Math.max(word.length, others[at]!.length))
  );
}

/** True if one name has two words or more, the first of the other, and none that the other lacks. */
function isShortened(name: string, setting: string): boolean {
  const words = name.split("_");
  const all = setting.split("_");
  return words.length > 1 && words[0] === all[0] && words.every((word) => all.includes(word));
}

/**
 * The setting that a name was probably meant to be; undefined for a setting itself, and for a variable of something else.
 *
 * A name is close if it differs in at most three characters, a quarter of all and half of each word, units apart; or if
 * it lacks words in the middle or at the end. So `CACHE_TTL` and `CACHE_TTL_MS` are close to `CACHE_TTL_SECONDS`. A common
 * beginning is not enough: platforms set many such variables (`GITHUB_SHA`, `LOG_GROUP`, `CACHE_SERVICE_HOST`). Case
 * does not count: `cache_ttl_seconds` is close.
 */
export function findNearest(given: string, settings: readonly string[]): string | undefined {
  if (settings.includes(given)) return undefined;
  const name = given.toUpperCase();
  if (others.test(name)) return undefined;
  const plain = name.replace(unit, "");
  let nearest: string | undefined;
  let least = Infinity;
  for (const setting of settings) {
    const wanted = setting.replace(unit, "");
    const most = Math.min(3, Math.floor(Math.min(plain.length, wanted.length) / 4));
    // Short names of one word are close to too many: HOST and HOME.
    if (wanted.length < 8) continue;
    const away = Math.abs(plain.length - wanted.length) > most ? Infinity : distance(plain, wanted);
    const value = away <= most && hasSameWords(plain, wanted) ? away : isShortened(name, setting) ? most + 1 : Infinity;
    if (value < least) [nearest, least] = [setting, value];
  }
  return nearest;
}

/** Variables that are no settings, and the setting that each was probably meant to be. An empty string counts as unset. */
export function findUnknown(
  env: Record<string, unknown>,
  settings: readonly string[],
): { setting: string; nearest: string }[] {
  return Object.keys(env).flatMap((setting) => {
    const nearest = env[setting] === "" ? undefined : findNearest(setting, settings);
    // On Windows names have no case: the setting has this value.
    const isSame = nearest === setting.toUpperCase() && env[nearest] === env[setting];
    return nearest === undefined || isSame ? [] : [{ setting, nearest }];
  });
}
