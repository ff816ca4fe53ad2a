import { expect } from "vitest";
import type { Explorer } from "./support.ts";

/** Set if a script of a gist runs: all of them try to call `alert` or to set this. */
export const trap = () => {
  const seen = globalThis as unknown as { ran: string[]; alert: (what: unknown) => void };
  seen.ran = [];
  seen.alert = (what) => void seen.ran.push(String(what));
};

/** Nothing of a gist has run, none of its elements and addresses can, and nothing has left the page. */
export async function expectHarmless({ page, quiet }: Explorer): Promise<void> {
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => (globalThis as unknown as { ran: string[] }).ran)).toEqual([]);
  // No element that only a gist could have brought.
  const pictures = "main img:not(.avatar, [src^='data:image/'], [src^='/gists/'])";
  const brought = `script:not([src]), ${pictures}, main iframe, main object, main embed, main style, main form, main base, main use`;
  expect(await page.locator(brought).count()).toBe(0);
  const handlers = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) =>
      element
        .getAttributeNames()
        .filter(
          (name) =>
            name.startsWith("on") ||
            (name === "style" && !element.className.includes("meter-bar") && !element.className.includes("initial")),
        ),
    ),
  );
  expect(handlers).toEqual([]);
  const addresses = await page
    .locator("main a[href]")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol));
  expect(addresses.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([]);
  await quiet();
}
