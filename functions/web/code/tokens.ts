/** A piece of code and how it is coloured. */
export interface Token {
  text: string;
  /** One of the classes of style/code.css. */
  kind: Kind | undefined;
}

export type Kind = "comment" | "keyword" | "literal" | "string" | "title" | "type" | "name" | "meta" | "plus" | "minus";

/** The highlighter's scopes (https://highlightjs.readthedocs.io/en/latest/css-classes-reference.html), by first part. */
const kinds: Record<string, Kind> = {
  addition: "plus",
  attr: "name",
  attribute: "name",
  built_in: "type",
  bullet: "keyword",
  char: "literal",
  class: "type",
  code: "string",
  comment: "comment",
  deletion: "minus",
  doctag: "keyword",
  function: "title",
  keyword: "keyword",
  link: "string",
  literal: "literal",
  meta: "meta",
  name: "keyword",
  number: "literal",
  property: "name",
  quote: "comment",
  regexp: "string",
  section: "title",
  "selector-attr": "name",
  "selector-class": "name",
  "selector-id": "name",
  "selector-pseudo": "name",
  "selector-tag": "keyword",
  string: "string",
  symbol: "literal",
  tag: "keyword",
  title: "title",
  type: "type",
  variable: "name",
};

/**
 * Receives the highlighter's tokens, in place of its own emitter, which writes HTML
 * (https://highlightjs.readthedocs.io/en/latest/api.html#configure). Called with `new`: its return value is the
 * emitter.
 */
export function createTokenEmitter() {
  const tokens: Token[] = [];
  const scopes: (Kind | undefined)[] = [];

  function add(text: string, kind: Kind | undefined): void {
    const last = tokens.at(-1);
    if (last && last.kind === kind) last.text += text;
    else if (text !== "") tokens.push({ text, kind });
  }

  const open = (scope: string) => void scopes.push(kinds[scope.split(".")[0] ?? ""] ?? scopes.at(-1));
  const close = () => void scopes.pop();

  return {
    tokens,
    startScope: open,
    endScope: close,
    // Called in addition to the two above, though its types do not name them.
    openNode: open,
    closeNode: close,
    addText: (text: string) => add(text, scopes.at(-1)),
    __addSublanguage(inner: { tokens: Token[] }) {
      for (const { text, kind } of inner.tokens) add(text, kind ?? scopes.at(-1));
    },
    finalize: () => undefined,
    toHTML: () => "",
  };
}
