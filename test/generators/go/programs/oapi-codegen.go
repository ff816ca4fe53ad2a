// The client that oapi-codegen generated.
package main

import (
	"context"

	"generators/made"
)

func ask(ctx context.Context, address, id string, comment int64) (*result, error) {
	client, err := made.NewClientWithResponses(address)
	if err != nil {
		return nil, err
	}
	gist, err := client.GetGistWithResponse(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	found, err := client.GetGistCommentWithResponse(ctx, id, comment, nil)
	if err != nil {
		return nil, err
	}
	missing, err := client.GetGistCommentWithResponse(ctx, id, largestID, nil)
	if err != nil {
		return nil, err
	}
	return &result{gist.JSON200.Id, gist.JSON200.Owner.Id, found.JSON200.Id, missing.StatusCode()}, nil
}
