/**
 * GitHub as the soak over HTTP needs it, in a process of its own: `/users/{name}/gists` are lists of some kB, `/gists/{id}`
 * gists whose id begins with their size in quarters of a MiB, in two hexadecimal digits. Prints its port.
 */
import { createServer } from "node:http";

const quarter = "abcdefghijklmnopqrstuvwxyz 0123456789 ".repeat(8000).slice(0, 256 * 1024);
const gists = new Map();

function toBody(url) {
  const size = /^\/gists\/([0-9a-f]{2})/.exec(url)?.[1];
  if (size === undefined)
    return Buffer.from(JSON.stringify([{ url, description: quarter.slice(0, 500 + (url.length % 9) * 900) }]));
  if (!gists.has(size))
    gists.set(size, Buffer.from(JSON.stringify({ files: { a: { content: quarter.repeat(parseInt(size, 16)) } } })));
  return gists.get(size);
}

const server = createServer((request, response) => {
  const body = toBody(request.url);
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": body.length,
    "x-ratelimit-limit": 5000,
    "x-ratelimit-remaining": 4999,
    "x-ratelimit-used": 1,
    "x-ratelimit-reset": Math.floor(Date.now() / 1000) + 3600,
  });
  response.end(body);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
