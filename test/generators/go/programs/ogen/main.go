// Calls the client that ogen made, which validates responses: one gist, one of its comments, and a comment with the
// largest id.
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
	id, err := strconv.ParseInt(os.Args[3], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	client, err := made.NewClient(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	gist, err := client.GetGist(ctx, made.GetGistParams{GistID: os.Args[2]})
	if err != nil {
		log.Fatal(err)
	}
	comment, err := client.GetGistComment(ctx, made.GetGistCommentParams{GistID: os.Args[2], CommentID: id})
	if err != nil {
		log.Fatal(err)
	}
	missing, err := client.GetGistComment(ctx, made.GetGistCommentParams{
		GistID: os.Args[2], CommentID: 9007199254740991,
	})
	if err != nil {
		log.Fatal(err)
	}
	status := 200
	if _, ok := missing.(*made.Status404Headers); ok {
		status = 404
	}
	found := gist.(*made.GistHeaders).Response
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"gist":    found.ID,
		"owner":   found.Owner.Value.ID,
		"comment": comment.(*made.GistCommentHeaders).Response.ID,
		"missing": status,
	})
}
