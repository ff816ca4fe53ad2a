import createClient from "openapi-fetch";
import type { paths } from "./made";

/** Types by openapi-typescript, in its own client: one gist, one of its comments, and a comment with the largest id. */
async function main([baseUrl = "", gist_id = "", comment = ""]: string[]) {
  const client = createClient<paths>({ baseUrl });
  const comments = "/gists/{gist_id}/comments/{comment_id}";
  const gist = await client.GET("/gists/{gist_id}", { params: { path: { gist_id } } });
  const found = await client.GET(comments, { params: { path: { gist_id, comment_id: Number(comment) } } });
  const path = { gist_id, comment_id: Number.MAX_SAFE_INTEGER };
  const { response } = await client.GET(comments, { params: { path } });
  const { id, owner } = gist.data!;
  console.log(JSON.stringify({ gist: id, owner: owner?.id, comment: found.data!.id, missing: response.status }));
}
void main(process.argv.slice(2));
