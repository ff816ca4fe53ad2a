/** One member of `Accept` or `Accept-Encoding`: a media range or a content coding in lower case, without parameters. */
export interface Preference {
  name: string;
  /** From 0, which refuses it, to 1. */
  weight: number;
}

/** `weight` of RFC 9110 section 12.4.2: no sign, no exponent, no blanks, three decimals at most. */
const validWeight = /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Reads a list of preferences in the order of the field (RFC 9110 section 12.4.2). A weight is the first parameter `q`;
 * without one it is 1. RFC 9110 does not say what an invalid weight means. Here it refuses the member (weight 0): a
 * client that we cannot understand gets the default form, which every client can read.
 */
export function parseAccept(field: string): Preference[] {
  return field
    .toLowerCase()
    .split(",")
    .map((member) => {
      const [name = "", ...parameters] = member.split(";").map((part) => part.trim());
      const q = parameters.find((parameter) => /^q\s*(?:=|$)/.test(parameter)) ?? "q=1";
      return { name, weight: validWeight.test(q) ? Number(q.slice(2)) : 0 };
    });
}

/**
 * The choice for the member with the largest weight; the first one among equal weights.
 * @param toChoice undefined for a name that is not offered
 */
export function choose<Choice>(field: string, toChoice: (name: string) => Choice | undefined): Choice | undefined {
  let best: Choice | undefined;
  let most = 0;
  for (const { name, weight } of parseAccept(field)) {
    const choice = weight > most ? toChoice(name) : undefined;
    if (choice === undefined) continue;
    best = choice;
    most = weight;
  }
  return best;
}
