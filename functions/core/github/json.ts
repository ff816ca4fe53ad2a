/** Deepest nesting that is accepted (RFC 8259 section 9 allows a limit): far more than GitHub's, and no problem for clients' parsers. */
const maxDepth = 500;

/** The expected next token. The states up to `after` are between tokens, where white space is allowed. */
const State = {
  value: 0,
  firstElement: 1,
  firstKey: 2,
  key: 3,
  colon: 4,
  after: 5,
  string: 6,
  escape: 7,
  hex: 8,
  utf8: 9,
  word: 10,
  minus: 11,
  zero: 12,
  integer: 13,
  point: 14,
  fraction: 15,
  exponent: 16,
  exponentSign: 17,
  exponentDigits: 18,
  wrong: 19,
} as const;
type State = (typeof State)[keyof typeof State];

const words = new Map(["true", "false", "null"].map((word) => [word.charCodeAt(0), word]));
const escapes = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
const isHex = (byte: number): boolean => isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Checks chunks of bytes: together they must be one JSON text in UTF-8. */
export interface JsonCheck {
  /** False as soon as they cannot be JSON. */
  push(part: Uint8Array): boolean;
  /** True if the chunks are one complete JSON text. */
  end(): boolean;
}

/**
 * A checker of JSON (RFC 8259) that builds no values. `JSON.parse` of a large body blocks the event loop, and takes several
 * times the body's memory; a streaming parser (@streamparser/json 0.0.26) keeps every string whole, and reads a list of
 * gists at 39 MB/s where this reads 255. UTF-8 is checked by RFC 3629 section 4.
 */
export function createJsonCheck(): JsonCheck {
  let state: State = State.value;
  /** For each open container: 1 for an object, 0 for an array. */
  const isObject = new Uint8Array(maxDepth);
  let depth = 0;
  let isKey = false;
  let word = "";
  /** Characters left of a word or an escape, bytes left of a character, and the range of the next byte. */
  let left = 0;
  let [low, high] = [0x80, 0xbf];

  function open(object: boolean): State {
    if (depth === maxDepth) return State.wrong;
    isObject[depth++] = object ? 1 : 0;
    return object ? State.firstKey : State.firstElement;
  }

  function close(object: boolean): State {
    if (depth === 0 || (isObject[depth - 1] === 1) !== object) return State.wrong;
    depth -= 1;
    return State.after;
  }

  function beginString(key: boolean): State {
    isKey = key;
    return State.string;
  }

  function beginValue(byte: number): State {
    if (byte === 0x22) return beginString(false);
    if (byte === 0x7b) return open(true);
    if (byte === 0x5b) return open(false);
    if (byte === 0x2d) return State.minus;
    if (byte === 0x30) return State.zero;
    if (isDigit(byte)) return State.integer;
    word = words.get(byte) ?? "";
    left = word.length - 1;
    return word === "" ? State.wrong : State.word;
  }

  function beginCharacter(byte: number): State {
    [low, high] = [
      byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80,
      byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf,
    ];
    left = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    return byte >= 0xc2 && byte <= 0xf4 ? State.utf8 : State.wrong;
  }

  function afterValue(byte: number): State {
    if (isBlank(byte)) return State.after;
    if (byte === 0x7d) return close(true);
    if (byte === 0x5d) return close(false);
    if (byte !== 0x2c || depth === 0) return State.wrong;
    return isObject[depth - 1] === 1 ? State.key : State.value;
  }

  /** A number ends with what follows it. */
  function inNumber(byte: number, same: State): State {
    if (isDigit(byte) && same !== State.zero) return same;
    if (byte === 0x2e && (same === State.zero || same === State.integer)) return State.point;
    if ((byte | 0x20) === 0x65 && same !== State.exponentDigits) return State.exponent;
    return afterValue(byte);
  }

  function step(byte: number): State {
    switch (state) {
      case State.value:
        return isBlank(byte) ? state : beginValue(byte);
      case State.firstElement:
        return isBlank(byte) ? state : byte === 0x5d ? close(false) : beginValue(byte);
      case State.firstKey:
        return isBlank(byte) ? state : byte === 0x7d ? close(true) : byte === 0x22 ? beginString(true) : State.wrong;
      case State.key:
        return isBlank(byte) ? state : byte === 0x22 ? beginString(true) : State.wrong;
      case State.colon:
        return isBlank(byte) ? state : byte === 0x3a ? State.value : State.wrong;
      case State.after:
        return afterValue(byte);
      case State.string:
        if (byte === 0x22) return isKey ? State.colon : State.after;
        if (byte === 0x5c) return State.escape;
        return byte < 0x20 ? State.wrong : byte < 0x80 ? state : beginCharacter(byte);
      case State.escape:
        left = 4;
        return byte === 0x75 ? State.hex : escapes.has(byte) ? State.string : State.wrong;
      case State.hex:
        left -= 1;
        return !isHex(byte) ? State.wrong : left === 0 ? State.string : state;
      case State.utf8:
        if (byte < low || byte > high) return State.wrong;
        [low, high] = [0x80, 0xbf];
        left -= 1;
        return left === 0 ? State.string : state;
      case State.word:
        if (byte !== word.charCodeAt(word.length - left)) return State.wrong;
        left -= 1;
        return left === 0 ? State.after : state;
      case State.minus:
        return byte === 0x30 ? State.zero : isDigit(byte) ? State.integer : State.wrong;
      case State.point:
        return isDigit(byte) ? State.fraction : State.wrong;
      case State.exponent:
        return isDigit(byte) ? State.exponentDigits : byte === 0x2b || byte === 0x2d ? State.exponentSign : State.wrong;
      case State.exponentSign:
        return isDigit(byte) ? State.exponentDigits : State.wrong;
      case State.zero:
      case State.integer:
      case State.fraction:
      case State.exponentDigits:
        return inNumber(byte, state);
      case State.wrong:
        return state;
      default:
        return state satisfies never;
    }
  }

  return {
    push(part) {
      for (let at = 0; at < part.length; at++) {
        const byte = part[at]!;
        // Nearly all bytes are plain characters of a string.
        if (state === State.string && byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c) continue;
        state = step(byte);
        if (state === State.wrong) return false;
      }
      return true;
    },
    end() {
      const isWhole = state === State.after || state === State.zero || state === State.integer;
      return depth === 0 && (isWhole || state === State.fraction || state === State.exponentDigits);
    },
  };
}
