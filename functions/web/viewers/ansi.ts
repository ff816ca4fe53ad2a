/** Text of a terminal in one style. */
export interface AnsiPiece {
  text: string;
  /** One of the eight colours, by name; undefined for the terminal's own. */
  colour: string | undefined;
  isBold: boolean;
}

const colours = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Escape sequences of terminals (ECMA-48): CSI and OSC sequences, and single characters. */
// oxlint-disable-next-line no-control-regex
const sequence = /\u001b(?:\[([\d;:]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g;

/** Text with its colours (SGR 30-37, 90-97) and bold. All other sequences are left out. */
export function parseAnsi(text: string): AnsiPiece[] {
  const pieces: AnsiPiece[] = [];
  let colour: string | undefined;
  let isBold = false;
  let from = 0;
  const add = (part: string) => {
    if (part !== "") pieces.push({ text: part, colour, isBold });
  };
  for (const match of text.matchAll(sequence)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] !== "m") continue;
    const codes = (match[1] ?? "").split(/[;:]/).map(Number);
    for (let n = 0; n < codes.length; n += 1) {
      const code = codes[n] ?? 0;
      if (code === 0) [colour, isBold] = [undefined, false];
      else if (code === 1) isBold = true;
      else if (code === 22) isBold = false;
      else if (code === 39) colour = undefined;
      // 256 colours and true colours: only the first 16 have names.
      else if (code === 38) {
        const index = codes[n + 1] === 5 ? (codes[n + 2] ?? 16) : 16;
        colour = index < 16 ? colours[index % 8] : undefined;
        n += codes[n + 1] === 5 ? 2 : 4;
      } else if (code === 48) n += codes[n + 1] === 5 ? 2 : 4;
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) colour = colours[code % 10];
    }
  }
  add(text.slice(from));
  return pieces;
}
