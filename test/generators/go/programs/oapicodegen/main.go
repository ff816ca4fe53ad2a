// Calls the client that oapi-codegen made: one gist, one of its comments, and a comment with the largest id.
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
	client, err := made.NewClientWithResponses(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	gist, err := client.GetGistWithResponse(ctx, os.Args[2], nil)
	if err != nil {
		log.Fatal(err)
	}
	found, err := client.GetGistCommentWithResponse(ctx, os.Args[2], comment, nil)
	if err != nil {
		log.Fatal(err)
	}
	missing, err := client.GetGistCommentWithResponse(ctx, os.Args[2], 9007199254740991, nil)
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"gist":    gist.JSON200.Id,
		"owner":   gist.JSON200.Owner.Id,
		"comment": found.JSON200.Id,
		"missing": missing.StatusCode(),
	})
}
