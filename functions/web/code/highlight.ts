import hljs from "highlight.js/lib/core";
import { alias, type Grammar, grammars, inside } from "./languages.ts";
import { createTokenEmitter, type Token } from "./tokens.ts";

// `new` on a function that returns an object gives that object: no class is needed to be the emitter.
hljs.configure({ __emitter: createTokenEmitter as never });

/**
 * Loads a grammar. Its function gives code as coloured pieces, which together are the code again.
 * @throws Error if they would not be, or if the grammar cannot be fetched
 */
export async function prepare(grammar: Grammar): Promise<(code: string) => Token[]> {
  await Promise.all([grammar, ...(inside[grammar] ?? [])].map(register));
  return (code) => {
    const { _emitter, errorRaised } = hljs.highlight(code, { language: grammar, ignoreIllegals: true });
    const { tokens } = _emitter as unknown as { tokens: Token[] };
    if (errorRaised) throw errorRaised;
    if (tokens.map(({ text }) => text).join("") !== code) throw new Error(`the ${grammar} grammar loses text`);
    return tokens;
  };
}

/** Code as coloured pieces. @throws Error as `prepare` and its function */
export async function highlight(code: string, grammar: Grammar): Promise<Token[]> {
  return (await prepare(grammar))(code);
}

async function register(grammar: Grammar): Promise<void> {
  if (hljs.getLanguage(grammar)) return;
  const { default: language } = await grammars[grammar]();
  hljs.registerLanguage(grammar, language);
  const name = alias[grammar];
  if (name !== undefined) hljs.registerLanguage(name, language);
}
