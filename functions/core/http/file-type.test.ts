import { describe, expect, test } from "vitest";
import { isTextType, toAttachment, toFileType } from "./file-type.ts";

describe("the type of a file", () => {
  test("is never a document, an applet or a feed, whatever its name", () => {
    const names = "html htm xhtml xht shtml svg svgz xml xsl xslt rss atom rdf mathml mht mhtml hta swf jar pdf php"
      .split(" ")
      .flatMap((extension) => [`a.${extension}`, `a.${extension.toUpperCase()}`, `a.b.${extension}`, `.${extension}`]);
    for (const name of names) {
      for (const isText of [true, false])
        expect(["text/plain; charset=utf-8", "application/octet-stream"], name).toContain(toFileType(name, isText));
    }
  });

  test.each(["__proto__", "constructor", "a.toString", "a.", ".", "", "a.js "])("of %j is plain", (name) => {
    expect(toFileType(name, true)).toBe("text/plain; charset=utf-8");
    expect(toFileType(name, false)).toBe("application/octet-stream");
  });

  test("claims UTF-8 only for what is", () => {
    expect(toFileType("a.csv", true)).toBe("text/csv; charset=utf-8");
    expect(toFileType("a.csv", false)).toBe("application/octet-stream");
    expect(toFileType("a.png", false)).toBe("image/png");
    expect(isTextType(toFileType("a.csv", true))).toBe(true);
    expect(isTextType(toFileType("a.png", false))).toBe(false);
  });
});

describe("Content-Disposition", () => {
  test.each([
    ["a.txt", `attachment; filename="a.txt"; filename*=UTF-8''a.txt`],
    ['"\\\r\n.txt', `attachment; filename="____.txt"; filename*=UTF-8''%22___.txt`],
    ["it's (1)*.txt", `attachment; filename="it's (1)*.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
    ["../x", `attachment; filename=".._x"; filename*=UTF-8''.._x`],
    ["\u202egnp.exe", `attachment; filename="_gnp.exe"; filename*=UTF-8''_gnp.exe`],
    ["\ud800", `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
  ])("of %j", (name, field) => {
    expect(toAttachment(name)).toBe(field);
    expect(() => new Headers({ "content-disposition": toAttachment(name) })).not.toThrow();
  });
});
