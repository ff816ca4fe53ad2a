import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fillInAddress } from "./page-address.ts";

const html = '<meta content="{title}" /><meta content="{root}assets/card.png" /><p>Needs JavaScript.{links}</p>';
const root = "https://gists.example/cache/";
const hrefs = (text: string) => [...text.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);

describe("the document of an address", () => {
  test.each([
    ["", "Edge Gists", []],
    [
      "?user=octocat&page=2",
      "Gists of octocat · Edge Gists",
      ["users/octocat/gists", "https://gist.github.com/octocat"],
    ],
    ["?gist=1169854&show=forks", "Gist 1169854 · Edge Gists", ["gists/1169854", "https://gist.github.com/1169854"]],
    ["?public", "Public gists · Edge Gists", ["gists/public", "https://gist.github.com/discover"]],
  ])("%s has its title, and links for readers without JavaScript", (search, title, links) => {
    const filled = fillInAddress(html, search, root);
    expect(filled).toContain(`<meta content="${title}" />`);
    expect(filled).toContain('content="https://gists.example/cache/assets/card.png"');
    expect(hrefs(filled)).toEqual(links);
  });

  test.each(["{links}", "{title}", "{root}", "$&", '"><script>alert(1)</script>', "' onload='x", "../..", "\ud800"])(
    "%j brings no markup, and no other placeholder's value",
    (text) => {
      for (const name of ["user", "gist"]) {
        const filled = fillInAddress(html, `?${new URLSearchParams({ [name]: text })}`, root);
        // As without it: two elements with one attribute each, and two links.
        expect(filled.replaceAll(/"[^"]*"/g, '""').replaceAll(/>[^<]*/g, ">")).toBe(
          '<meta content="" /><meta content="" /><p><a href=""></a><a href=""></a></p>'.replaceAll(" />", " />"),
        );
      }
    },
  );

  test("no text can leave its attribute or its link", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const filled = fillInAddress(html, `?${new URLSearchParams({ user: text || "x" })}`, root);
        expect(filled.match(/</g)).toHaveLength(8);
        expect(filled.match(/"/g)).toHaveLength(8);
      }),
    );
  });
});
