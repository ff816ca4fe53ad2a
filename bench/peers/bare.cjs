/** The least that Node can do: node:http, CommonJS, writing given bytes and fields. ANSWER names a JSON file with `fields` and, as Base64, `body`. */
const { createServer } = require("node:http");

let { fields, body } = { fields: ["content-type", "text/plain", "content-length", "2"], body: Buffer.from("ok") };
if (process.env.ANSWER) {
  const answer = JSON.parse(require("node:fs").readFileSync(process.env.ANSWER, "utf8"));
  fields = answer.fields;
  body = Buffer.from(answer.body, "base64");
}

createServer((_request, response) => {
  response.writeHead(200, fields);
  response.end(body);
}).listen(Number(process.env.PORT), "127.0.0.1");
