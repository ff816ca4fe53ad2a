import { getGist, getGistComment } from "./made";

/** One gist, one of its comments, and a comment with the largest id, by the client that hey-api made. */
async function main([baseUrl = "", gist_id = "", comment = ""]: string[]) {
  const gist = await getGist({ baseUrl, path: { gist_id } });
  const found = await getGistComment({ baseUrl, path: { gist_id, comment_id: Number(comment) } });
  const missing = await getGistComment({ baseUrl, path: { gist_id, comment_id: Number.MAX_SAFE_INTEGER } });
  const { id, owner } = gist.data!;
  console.log(
    JSON.stringify({ gist: id, owner: owner?.id, comment: found.data!.id, missing: missing.response?.status }),
  );
}
void main(process.argv.slice(2));
