import { type Server, type ServerResponse, STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import type { RawResponse } from "../../core/http/raw.ts";
import { spellFieldName } from "./field-names.ts";

/** Status line and header fields. */
export type Head = Omit<RawResponse, "body">;

/**
 * Writes the heads of a server's responses as text that is created once a second, with names as GitHub spells them. Node would check and join every field
 * of every response: a hit of 1.9 kB would take about 14 % more CPU time, and one of 46 kB 9 %. The text goes into Node's
 * own private field (`_header`, lib/_http_outgoing.js); header-writer.test.ts checks that both send the same bytes.
 * `writeHead` is used for responses that end their connection or go to HTTP/1.0, and if a release of Node has no such
 * field.
 * @param now ms since the Unix epoch
 */
export function createHeaderWriter(server: Server, now = Date.now): (response: ServerResponse, head: Head) => void {
  const texts = new WeakMap<Head["fields"], { second: number; status: number; start: string; end: string }>();

  function toText({ status, fields, extraFields = [] }: Head): string {
    const time = now();
    const second = Math.floor(time / 1000);
    let text = texts.get(fields);
    if (text?.second !== second || text.status !== status) {
      const timeout = Math.floor(server.keepAliveTimeout / 1000);
      text = {
        second,
        status,
        start: `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${toLines(fields)}`,
        end: `Date: ${new Date(time).toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${timeout}\r\n\r\n`,
      };
      texts.set(fields, text);
    }
    return `${text.start}${toLines(extraFields)}${text.end}`;
  }

  return (response, head) => {
    if (response.shouldKeepAlive && response.req.httpVersion === "1.1" && "_header" in response) {
      response.statusCode = head.status;
      // oxlint-disable-next-line no-underscore-dangle
      response._header = toText(head);
    } else response.writeHead(head.status, spellNames([...head.fields, ...(head.extraFields ?? [])]));
  };
}

function spellNames(fields: readonly string[]): string[] {
  return fields.map((text, index) => (index % 2 === 0 ? spellFieldName(text) : text));
}

/** @throws TypeError as `writeHead` does for a field that cannot be sent */
function toLines(fields: Head["fields"]): string {
  let lines = "";
  for (let index = 0; index < fields.length; index += 2) {
    const [name, value] = [fields[index]!, fields[index + 1]!];
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${spellFieldName(name)}: ${value}\r\n`;
  }
  return lines;
}
