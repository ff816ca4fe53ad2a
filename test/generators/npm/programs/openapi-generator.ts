import { Configuration, GistsApi, ResponseError } from "./made";

/** One gist, one of its comments, and a comment with the largest id, by the client that openapi-generator made. */
async function main([basePath = "", gistId = "", comment = ""]: string[]) {
  const gists = new GistsApi(new Configuration({ basePath }));
  const { id, owner } = await gists.getGist({ gistId });
  const found = await gists.getGistComment({ gistId, commentId: Number(comment) });
  const missing = await gists.getGistComment({ gistId, commentId: Number.MAX_SAFE_INTEGER }).then(
    () => 200,
    (error: unknown) => (error as ResponseError).response.status,
  );
  console.log(JSON.stringify({ gist: id, owner: owner?.id, comment: found.id, missing }));
}
void main(process.argv.slice(2));
