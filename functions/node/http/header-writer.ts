import { type Server, type ServerResponse, STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";

/** Fields as names and values in turn. */
type Fields = readonly string[];

export interface Head {
  status: number;
  /** The same array for as long as the same fields hold: what is made of it is kept beside it. */
  fields: Fields;
  /** Fields of this one answer. */
  more?: Fields;
  /** When it is sent: ms since the Unix epoch. */
  at: number;
}

/**
 * Writes the heads of a server's answers as bytes that are made once a second, where Node would check and join every
 * field of every answer again, which costs as much as all else of a hit. It gives the text to Node where Node itself
 * keeps its own (`_header`, lib/_http_outgoing.js); header-writer.test.ts holds both to the same bytes. What ends its connection,
 * or comes from HTTP/1.0, and a Node that keeps it elsewhere, go by `writeHead`.
 */
export function createHeaderWriter(server: Server): (response: ServerResponse, head: Head) => void {
  const known = new WeakMap<Fields, { second: number; status: number; before: string; after: string }>();

  function toText({ status, fields, more = [], at }: Head): string {
    const second = Math.floor(at / 1000);
    let text = known.get(fields);
    if (text?.second !== second || text.status !== status) {
      const seconds = Math.floor(server.keepAliveTimeout / 1000);
      text = {
        second,
        status,
        before: `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${toLines(fields)}`,
        after: `Date: ${new Date(at).toUTCString()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n\r\n`,
      };
      known.set(fields, text);
    }
    return `${text.before}${toLines(more)}${text.after}`;
  }

  return (response, head) => {
    if (response.shouldKeepAlive && response.req.httpVersion === "1.1" && "_header" in response) {
      response.statusCode = head.status;
      // oxlint-disable-next-line no-underscore-dangle
      response._header = toText(head);
    } else response.writeHead(head.status, [...head.fields, ...(head.more ?? [])]);
  };
}

/** @throws TypeError as `writeHead` does for a field that cannot be sent */
function toLines(fields: Fields): string {
  let lines = "";
  for (let index = 0; index < fields.length; index += 2) {
    const [name, value] = [fields[index]!, fields[index + 1]!];
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
