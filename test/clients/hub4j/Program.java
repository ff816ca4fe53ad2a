import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import okhttp3.Cache;
import okhttp3.OkHttpClient;
import org.kohsuke.github.GHFileNotFoundException;
import org.kohsuke.github.GHGist;
import org.kohsuke.github.GHUser;
import org.kohsuke.github.GitHub;
import org.kohsuke.github.GitHubAbuseLimitHandler;
import org.kohsuke.github.GitHubBuilder;
import org.kohsuke.github.GitHubRateLimitHandler;
import org.kohsuke.github.HttpException;
import org.kohsuke.github.connector.GitHubConnectorResponse;
import org.kohsuke.github.extras.okhttp3.OkHttpGitHubConnector;

/** hub4j's github-api (https://hub4j.github.io/github-api): withEndpoint. */
public final class Program {
    interface Scenario {
        Object run(JsonNode ask) throws Exception;
    }

    /** A limit as the handler for it was told of it. */
    static final class Limited extends IOException {
        final String handler;
        final GitHubConnectorResponse response;

        Limited(String handler, GitHubConnectorResponse response) {
            super(handler + " was called");
            this.handler = handler;
            this.response = response;
        }
    }

    static GitHubBuilder builder(JsonNode ask) {
        String prefix = ask.path("enterprise").asBoolean() ? "/api/v3" : "";
        return new GitHubBuilder().withEndpoint(ask.path("origin").asText() + prefix);
    }

    static GitHub connect(JsonNode ask) throws IOException {
        return builder(ask).build();
    }

    /** With handlers that fail: those of the default wait. */
    static GitHub impatient(JsonNode ask) throws IOException {
        return builder(ask)
                .withRateLimitHandler(new GitHubRateLimitHandler() {
                    @Override
                    public void onError(GitHubConnectorResponse response) throws IOException {
                        throw new Limited("GitHubRateLimitHandler", response);
                    }
                })
                .withAbuseLimitHandler(new GitHubAbuseLimitHandler() {
                    @Override
                    public void onError(GitHubConnectorResponse response) throws IOException {
                        throw new Limited("GitHubAbuseLimitHandler", response);
                    }
                })
                .build();
    }

    static Object userGists(JsonNode ask) throws IOException {
        List<GHGist> gists = connect(ask).getUser(ask.path("username").asText()).listGists().toList();
        var unique = new HashSet<String>();
        for (GHGist gist : gists) unique.add(gist.getGistId());
        return Map.of("count", gists.size(), "unique", unique.size());
    }

    static Object gist(JsonNode ask) throws IOException {
        GHGist gist = connect(ask).getGist(ask.path("gist").asText());
        return Map.of("id", gist.getGistId(), "files", new TreeSet<>(gist.getFiles().keySet()));
    }

    static Object forks(JsonNode ask) throws IOException {
        return Map.of("count", connect(ask).getGist(ask.path("gist").asText()).listForks().toList().size());
    }

    static Object file(JsonNode ask) throws IOException {
        GHGist gist = connect(ask).getGist(ask.path("gist").asText());
        return Map.of("content", gist.getFile(ask.path("file").asText()).getContent());
    }

    /** An owner is completed from the owner's own URL. */
    static Object follow(JsonNode ask) throws IOException {
        GHUser owner = connect(ask).getGist(ask.path("gist").asText()).getOwner();
        return Map.of("login", owner.getLogin(), "created", owner.getCreatedAt().toString());
    }

    static Object user(JsonNode ask) throws IOException {
        GHUser user = connect(ask).getUser(ask.path("username").asText());
        return Map.of("login", user.getLogin(), "id", user.getId());
    }

    static Object conditional(JsonNode ask) throws IOException {
        var cache = new Cache(Files.createTempDirectory("hub4j").toFile(), 1 << 20);
        var http = new OkHttpClient.Builder().cache(cache).build();
        GitHub github = builder(ask).withConnector(new OkHttpGitHubConnector(http, 0)).build();
        String id = ask.path("gist").asText();
        String first = github.getGist(id).getGistId();
        boolean same = github.getGist(id).getGistId().equals(first);
        cache.delete();
        return Map.of("unchanged", same);
    }

    static Object rateLimit(JsonNode ask) throws IOException {
        var core = connect(ask).getRateLimit().getCore();
        return Map.of("limit", core.getLimit(), "remaining", core.getRemaining());
    }

    static Object byId(GitHub github, JsonNode id) throws IOException {
        return Map.of("id", github.getGist(id.asText()).getGistId());
    }

    static Object limited(JsonNode ask) throws IOException {
        return byId(impatient(ask), ask.path("uncached"));
    }

    static Object cached(JsonNode ask) throws IOException {
        GitHub github = impatient(ask);
        return List.of(byId(github, ask.path("cached")), byId(github, ask.path("cached")));
    }

    static Object cachedAfterLimit(JsonNode ask) throws IOException {
        GitHub github = impatient(ask);
        try {
            return byId(github, ask.path("uncached"));
        } catch (IOException error) {
            return byId(github, ask.path("cached"));
        }
    }

    static final Map<String, Scenario> SCENARIOS = Map.ofEntries(
            Map.entry("user-gists", Program::userGists),
            Map.entry("gist", Program::gist),
            Map.entry("forks", Program::forks),
            Map.entry("file", Program::file),
            Map.entry("follow", Program::follow),
            Map.entry("user", Program::user),
            Map.entry("not-found", Program::gist),
            Map.entry("conditional", Program::conditional),
            Map.entry("rate-limit", Program::rateLimit),
            Map.entry("primary-limit", Program::limited),
            Map.entry("secondary-limit", Program::limited),
            Map.entry("cached-while-limited", Program::cached),
            Map.entry("cached-after-limit", Program::cachedAfterLimit),
            // The client's own handlers wait, by default.
            Map.entry("wait", ask -> byId(connect(ask), ask.path("uncached"))));

    /** Seconds to wait, from the fields that its own handlers read. */
    static long toWait(GitHubConnectorResponse response) {
        String wait = response.header("Retry-After");
        if (wait != null) return Long.parseLong(wait);
        return Long.parseLong(response.header("X-RateLimit-Reset")) - System.currentTimeMillis() / 1000;
    }

    /** What the outermost error of the client's own says. */
    static Map<String, Object> toError(Throwable thrown) {
        var told = new TreeMap<String, Object>();
        told.put("type", thrown.getClass().getSimpleName());
        told.put("message", String.valueOf(thrown.getMessage()));
        for (Throwable error = thrown; error != null; error = error.getCause()) {
            if (error instanceof Limited limited) {
                told.put("type", limited.handler);
                told.put("status", limited.response.statusCode());
                told.put("wait", toWait(limited.response));
                break;
            }
            if (error instanceof HttpException http) told.put("status", http.getResponseCode());
            if (error instanceof GHFileNotFoundException) told.put("status", 404);
        }
        return told;
    }

    public static void main(String[] args) throws Exception {
        var json = new ObjectMapper();
        var lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            JsonNode ask = json.readTree(line);
            Map<String, Object> answer;
            try {
                answer = Map.of("ok", SCENARIOS.get(ask.path("scenario").asText()).run(ask));
            } catch (Exception error) {
                answer = Map.of("error", toError(error));
            }
            System.out.println(json.writeValueAsString(answer));
        }
        System.exit(0);
    }
}
