import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.GistsApi;

/** Calls the client that openapi-generator made: one gist, one of its comments, and a comment with the largest id. */
public class Program {
  public static void main(String[] args) throws ApiException {
    ApiClient client = new ApiClient();
    client.updateBaseUri(args[0]);
    GistsApi gists = new GistsApi(client);
    var gist = gists.getGist(args[1], null);
    var comment = gists.getGistComment(args[1], Long.parseLong(args[2]), null);
    int missing = 200;
    try {
      gists.getGistComment(args[1], 9007199254740991L, null);
    } catch (ApiException error) {
      missing = error.getCode();
    }
    long owner = gist.getOwner().getId();
    long found = comment.getId();
    System.out.println(String.format(
        "{\"gist\":\"%s\",\"owner\":%d,\"comment\":%d,\"missing\":%d}", gist.getId(), owner, found, missing));
  }
}
