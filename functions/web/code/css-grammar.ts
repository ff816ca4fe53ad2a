import type { LanguageFn } from "highlight.js";

/** CSS, SCSS and Less by their syntax. The highlighter's own grammar lists all properties: 13 kB. */
const css: LanguageFn = (hljs) => {
  const comments = [hljs.C_BLOCK_COMMENT_MODE, hljs.COMMENT(/(?<!:)\/\//, /$/)];
  const strings = [hljs.APOS_STRING_MODE, hljs.QUOTE_STRING_MODE];
  const values = [
    ...comments,
    ...strings,
    { scope: "number", begin: /#[\da-f]{3,8}\b/i },
    { scope: "number", begin: /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:%|[a-z]+)?/i },
    { scope: "variable", begin: /(?:--|\$|@)[\w-]+/ },
    { scope: "built_in", begin: /[a-z-]+(?=\()/i },
    { scope: "meta", begin: /!\w+/ },
  ];
  return {
    name: "CSS",
    contains: [
      ...comments,
      ...strings,
      { scope: "keyword", begin: /@[a-z-]+/i },
      {
        begin: /(?=[\w-]+\s*:\s*[^;{}]*(?:[;}]|$))/m,
        end: /[;}]|$/,
        contains: [{ scope: "attribute", begin: /[\w-]+(?=\s*:)/ }, ...values],
      },
      { scope: "selector-class", begin: /[.#&%][\w-]+/ },
      { scope: "selector-pseudo", begin: /::?[a-z-]+/i },
      { scope: "selector-tag", begin: /\b[a-z][a-z\d]*\b(?=[^;}]*\{)/i },
      ...values,
    ],
  };
};

export default css;
