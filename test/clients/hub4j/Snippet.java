import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubBuilder;

public final class Snippet {
    public static void main(String[] args) throws Exception {
        String url = System.getenv().getOrDefault("EDGE_GISTS", "http://localhost:8080");
        GitHub github = new GitHubBuilder().withEndpoint(url + "/api/v3").build();
        System.out.println(github.getUser("octocat").listGists().toList().size());
    }
}
