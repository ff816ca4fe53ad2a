// Calls the client that openapi-generator made: one gist, one of its comments, and a comment with the largest id.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"

	"generators/made"
)

func main() {
	comment, err := strconv.ParseInt(os.Args[3], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	configuration := made.NewConfiguration()
	configuration.Servers = made.ServerConfigurations{{URL: os.Args[1]}}
	gists := made.NewAPIClient(configuration).GistsAPI
	ctx := context.Background()
	gist, _, err := gists.GetGist(ctx, os.Args[2]).Execute()
	if err != nil {
		log.Fatal(err)
	}
	found, _, err := gists.GetGistComment(ctx, os.Args[2], comment).Execute()
	if err != nil {
		log.Fatal(err)
	}
	_, missing, err := gists.GetGistComment(ctx, os.Args[2], 9007199254740991).Execute()
	if missing == nil {
		log.Fatal(err)
	}
	owner := gist.Owner.Get()
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"gist": gist.Id, "owner": owner.Id, "comment": found.Id, "missing": missing.StatusCode,
	})
}
