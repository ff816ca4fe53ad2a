import { toSpan } from "../code/code-block.ts";
import { whenNear } from "../code/near.ts";
import { copyButton } from "../page/clipboard.ts";
import { h } from "../page/dom.ts";
import { toNodes } from "../page/plain.ts";
import { runJob } from "../jobs/run-job.ts";

/** Longer code stays uncoloured, in characters. */
const mostColoured = 50_000;

/** Code in a document, coloured once it is near the window. */
export function fence(text: string, info: string): HTMLElement {
  const shown = text.replace(/\n$/, "");
  const [language = ""] = info.trim().split(/[\s,{:]/);
  const code = h("code", { attributes: { dir: "ltr" } }, ...toNodes(shown));
  const label = language === "" ? "Code" : `Code, ${language}`;
  const pre = h("pre", { attributes: { tabindex: "0", role: "group", "aria-label": label } }, code);
  if (language !== "" && shown.length <= mostColoured) {
    whenNear(pre, async () => {
      const asked = { code: shown, language, filename: `.${language}` };
      const answer = await runJob("highlight", asked).catch(() => undefined);
      if (answer === undefined) return;
      code.replaceChildren(...answer.tokens.flatMap(toSpan));
      code.dataset["coloured"] = answer.grammar;
    });
  }
  return h(
    "div",
    { class: "fence" },
    pre,
    copyButton(() => text, "this code"),
  );
}
