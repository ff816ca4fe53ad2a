/**
 * Characters that no XML 1.0 document may have, or should not (https://www.w3.org/TR/xml/#charsets): control characters,
 * halves of surrogate pairs, code points that are no characters. A parser would make a line feed of a carriage return.
 */
// oxlint-disable-next-line no-control-regex -- the pattern finds control characters
const unwanted = /[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\p{Surrogate}\p{Noncharacter_Code_Point}]/gu;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text for a text node or a quoted attribute of XML or HTML. */
export function escapeMarkup(text: string): string {
  return text.replaceAll(unwanted, "").replaceAll(/[&<>"']/g, (character) => entities[character]!);
}

type Fields = Record<string, unknown>;

/** The members of a JSON object; none of any other value. */
export function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** A text; the other one if it is none, or empty. */
export function toText(value: unknown, otherwise = ""): string {
  return typeof value === "string" && value !== "" ? value : otherwise;
}

/** An address that is safe in a link; undefined for any other value, such as one of `javascript:`. */
export function toHttps(value: unknown): string | undefined {
  return typeof value === "string" && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
}

/** Text in one line, without blanks around it, of so many characters at most. */
export function toLine(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : line;
}

/** Bytes as a person reads them. */
export function toSize(bytes: unknown): string {
  if (typeof bytes !== "number") return "";
  return bytes < 1000
    ? `${bytes} bytes`
    : bytes < 1e6
      ? `${(bytes / 1000).toFixed(1)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;
}
