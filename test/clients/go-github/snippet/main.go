package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"

	"github.com/google/go-github/v89/github"
)

func main() {
	url := cmp.Or(os.Getenv("EDGE_GISTS"), "http://localhost:8080")
	// While GitHub limits the service, it still responds from its cache. The client would not send the request.
	client, err := github.NewClient(github.WithEnterpriseURLs(url, url), github.WithDisableRateLimitCheck())
	if err != nil {
		log.Fatal(err)
	}
	count := 0
	for _, err := range client.Gists.ListIter(context.Background(), "octocat", nil) {
		if err != nil {
			log.Fatal(err)
		}
		count++
	}
	fmt.Println(count)
}
