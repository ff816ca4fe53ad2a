// Calls a generated client, by the `ask` of programs/: one gist, one of its comments, and a comment with the largest id.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"
	"strconv"
)

const largestID = 9007199254740991

// The ids that the client read, and the status for the missing comment.
type result struct {
	Gist    string `json:"gist"`
	Owner   int64  `json:"owner"`
	Comment int64  `json:"comment"`
	Missing int    `json:"missing"`
}

func main() {
	comment, err := strconv.ParseInt(os.Args[3], 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	found, err := ask(context.Background(), os.Args[1], os.Args[2], comment)
	if err != nil {
		log.Fatal(err)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}
