// go-github (https://pkg.go.dev/github.com/google/go-github): WithURLs, or WithEnterpriseURLs for the prefix /api/v3.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"os"
	"slices"
	"time"

	"github.com/google/go-github/v89/github"
)

type ask struct {
	Scenario, Origin, Username, Gist, Sha, File, Since, Cached, Uncached string
	Enterprise                                                           bool
}

type fields = map[string]any

var ctx = context.Background()

func connect(a ask, more ...github.ClientOptionsFunc) *github.Client {
	base := a.Origin + "/"
	urls := github.WithURLs(&base, nil)
	if a.Enterprise {
		urls = github.WithEnterpriseURLs(a.Origin, a.Origin)
	}
	client, err := github.NewClient(append(more, urls)...)
	if err != nil {
		panic(err)
	}
	return client
}

func collect[T any](items iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

func count[T any](items iter.Seq2[T, error]) (any, error) {
	all, err := collect(items)
	return fields{"count": len(all)}, err
}

func content(gist *github.Gist, file string) any {
	found := gist.Files[github.GistFilename(file)]
	return fields{"content": found.GetContent()}
}

func get(client *github.Client, id string) (any, error) {
	gist, _, err := client.Gists.Get(ctx, id)
	return fields{"id": gist.GetID()}, err
}

func userGists(a ask) (any, error) {
	gists, err := collect(connect(a).Gists.ListIter(ctx, a.Username, nil))
	unique := map[string]bool{}
	for _, gist := range gists {
		unique[gist.GetID()] = true
	}
	return fields{"count": len(gists), "unique": len(unique)}, err
}

func since(a ask) (any, error) {
	from, err := time.Parse(time.RFC3339, a.Since)
	if err != nil {
		return nil, err
	}
	return count(connect(a).Gists.ListIter(ctx, a.Username, &github.GistListOptions{Since: from}))
}

func gist(a ask) (any, error) {
	found, _, err := connect(a).Gists.Get(ctx, a.Gist)
	if err != nil {
		return nil, err
	}
	return fields{"id": found.GetID(), "files": slices.Sorted(maps.Keys(found.Files))}, nil
}

func revision(a ask) (any, error) {
	found, _, err := connect(a).Gists.GetRevision(ctx, a.Gist, a.Sha)
	if err != nil {
		return nil, err
	}
	return content(found, a.File), nil
}

func history(a ask) (any, error) {
	commits, err := collect(connect(a).Gists.ListCommitsIter(ctx, a.Gist, nil))
	versions := []string{}
	for _, commit := range commits {
		versions = append(versions, commit.GetVersion())
	}
	return fields{"versions": versions}, err
}

func file(a ask) (any, error) {
	found, _, err := connect(a).Gists.Get(ctx, a.Gist)
	if err != nil {
		return nil, err
	}
	return content(found, a.File), nil
}

// Its Gist keeps no URL of the API but the owner's.
func follow(a ask) (any, error) {
	client := connect(a)
	found, _, err := client.Gists.Get(ctx, a.Gist)
	if err != nil {
		return nil, err
	}
	request, err := client.NewRequest(ctx, "GET", found.GetOwner().GetURL(), nil)
	if err != nil {
		return nil, err
	}
	owner := new(github.User)
	_, err = client.Do(request, owner)
	return fields{"login": owner.GetLogin()}, err
}

func user(a ask) (any, error) {
	found, _, err := connect(a).Users.Get(ctx, a.Username)
	return fields{"login": found.GetLogin(), "id": found.GetID()}, err
}

func anonymous(a ask) (any, error) {
	gists, _, err := connect(a).Gists.List(ctx, "", nil)
	return fields{"count": len(gists)}, err
}

func conditional(a ask) (any, error) {
	client := connect(a)
	_, first, err := client.Gists.Get(ctx, a.Gist)
	if err != nil {
		return nil, err
	}
	request, err := client.NewRequest(ctx, "GET", "gists/"+a.Gist, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("If-None-Match", first.Header.Get("ETag"))
	again, _ := client.Do(request, nil)
	return fields{"unchanged": again.StatusCode == 304}, nil
}

func rateLimit(a ask) (any, error) {
	limits, _, err := connect(a).RateLimit.Get(ctx)
	if err != nil {
		return nil, err
	}
	core := limits.GetCore()
	return fields{"limit": core.Limit, "remaining": core.Remaining, "used": core.Used}, nil
}

func limited(a ask) (any, error) { return get(connect(a), a.Uncached) }

func cached(a ask) (any, error) {
	client := connect(a)
	first, err := get(client, a.Cached)
	if err != nil {
		return nil, err
	}
	second, err := get(client, a.Cached)
	return []any{first, second}, err
}

// The client sends nothing more after a limit until its reset, unless it is told not to check.
func cachedAfterLimit(a ask) (any, error) {
	client := connect(a, github.WithDisableRateLimitCheck())
	if found, err := get(client, a.Uncached); err == nil {
		return found, nil
	}
	return get(client, a.Cached)
}

var scenarios = map[string]func(ask) (any, error){
	"user-gists":           userGists,
	"since":                since,
	"gist":                 gist,
	"revision":             revision,
	"history":              history,
	"comments":             func(a ask) (any, error) { return count(connect(a).Gists.ListCommentsIter(ctx, a.Gist, nil)) },
	"forks":                func(a ask) (any, error) { return count(connect(a).Gists.ListForksIter(ctx, a.Gist, nil)) },
	"file":                 file,
	"follow":               follow,
	"user":                 user,
	"anonymous":            anonymous,
	"not-found":            gist,
	"conditional":          conditional,
	"rate-limit":           rateLimit,
	"primary-limit":        limited,
	"secondary-limit":      limited,
	"cached-while-limited": cached,
	"cached-after-limit":   cachedAfterLimit,
}

func toError(err error) fields {
	var primary *github.RateLimitError
	var secondary *github.AbuseRateLimitError
	var other *github.ErrorResponse
	switch {
	case errors.As(err, &primary):
		wait := math.Round(time.Until(primary.Rate.Reset.Time).Seconds())
		return fields{"type": "*RateLimitError", "status": primary.Response.StatusCode, "wait": wait}
	case errors.As(err, &secondary):
		told := fields{"type": "*AbuseRateLimitError", "status": secondary.Response.StatusCode}
		if secondary.RetryAfter != nil {
			told["wait"] = secondary.RetryAfter.Seconds()
		}
		return told
	case errors.As(err, &other):
		return fields{"type": "*ErrorResponse", "status": other.Response.StatusCode}
	default:
		return fields{"type": fmt.Sprintf("%T", err)}
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var a ask
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			panic(err)
		}
		found, err := scenarios[a.Scenario](a)
		answer := fields{"ok": found}
		if err != nil {
			told := toError(err)
			told["message"] = err.Error()
			answer = fields{"error": told}
		}
		if err := out.Encode(answer); err != nil {
			panic(err)
		}
	}
}
