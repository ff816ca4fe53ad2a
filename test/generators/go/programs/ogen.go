// The client that ogen generated, which validates responses.
package main

import (
	"context"

	"generators/made"
)

func ask(ctx context.Context, address, id string, comment int64) (*result, error) {
	client, err := made.NewClient(address)
	if err != nil {
		return nil, err
	}
	gist, err := client.GetGist(ctx, made.GetGistParams{GistID: id})
	if err != nil {
		return nil, err
	}
	found, err := client.GetGistComment(ctx, made.GetGistCommentParams{GistID: id, CommentID: comment})
	if err != nil {
		return nil, err
	}
	missing, err := client.GetGistComment(ctx, made.GetGistCommentParams{GistID: id, CommentID: largestID})
	if err != nil {
		return nil, err
	}
	status := 200
	if _, ok := missing.(*made.Status404Headers); ok {
		status = 404
	}
	of := gist.(*made.GistHeaders).Response
	return &result{of.ID, of.Owner.Value.ID, found.(*made.GistCommentHeaders).Response.ID, status}, nil
}
