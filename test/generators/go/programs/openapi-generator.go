// The client that openapi-generator generated.
package main

import (
	"context"

	"generators/made"
)

func ask(ctx context.Context, address, id string, comment int64) (*result, error) {
	configuration := made.NewConfiguration()
	configuration.Servers = made.ServerConfigurations{{URL: address}}
	gists := made.NewAPIClient(configuration).GistsAPI
	gist, _, err := gists.GetGist(ctx, id).Execute()
	if err != nil {
		return nil, err
	}
	found, _, err := gists.GetGistComment(ctx, id, comment).Execute()
	if err != nil {
		return nil, err
	}
	_, missing, err := gists.GetGistComment(ctx, id, largestID).Execute()
	if missing == nil {
		return nil, err
	}
	owner := gist.Owner.Get()
	return &result{gist.Id, owner.Id, found.Id, missing.StatusCode}, nil
}
