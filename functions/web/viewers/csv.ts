/** Delimiters that files are tried with, most usual first. */
const delimiters = [",", ";", "\t", "|"];

/** Rows of fields, as RFC 4180 has them: a quoted field may hold delimiters, newlines and doubled quotes. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.startsWith("\ufeff") ? 1 : 0;
  while (at < text.length) {
    const { field, end } = text[at] === '"' ? readQuoted(text, at + 1, delimiter) : readPlain(text, at, delimiter);
    row.push(field);
    at = end;
    if (text[at] === delimiter) {
      at += 1;
      // A delimiter at the end of the text has an empty field behind it.
      if (at < text.length) continue;
      row.push("");
    }
    at = text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** A field up to a delimiter or the end of its line. */
function readPlain(text: string, from: number, delimiter: string): { field: string; end: number } {
  let end = from;
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n" && text[end] !== "\r") end += 1;
  return { field: text.slice(from, end), end };
}

/** A field up to its closing quote. What follows the quote belongs to it: programs write such fields. */
function readQuoted(text: string, from: number, delimiter: string): { field: string; end: number } {
  let field = "";
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { field: field + text.slice(at), end: text.length };
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const rest = readPlain(text, quote + 1, delimiter);
      return { field: field + rest.field, end: rest.end };
    }
    field += '"';
    at = quote + 2;
  }
}

/** The delimiter of a file: the one that cuts its first rows into the most fields, and into equally many. */
export function toDelimiter(text: string, filename: string): string {
  if (/\.(?:tsv|tab)$/i.test(filename)) return "\t";
  const start = text.slice(0, 5000);
  const scored = delimiters.map((delimiter) => {
    const rows = parseCsv(start, delimiter).slice(0, 10);
    // The last row may be cut.
    const counts = (rows.length > 1 ? rows.slice(0, -1) : rows).map(({ length }) => length);
    const [first = 1] = counts;
    return { delimiter, score: first > 1 && counts.every((count) => count === first) ? first + 1000 : first };
  });
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}
