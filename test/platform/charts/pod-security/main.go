// Reads pods on standard input, a list in JSON, and prints for each why Kubernetes' own check of the Pod Security Standard
// refuses it: https://pkg.go.dev/k8s.io/pod-security-admission/policy. The argument is the standard's level.
package main

import (
	"encoding/json"
	"log"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

func main() {
	var pods []corev1.Pod
	decoder := json.NewDecoder(os.Stdin)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&pods); err != nil {
		log.Fatal(err)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		log.Fatal(err)
	}
	level := api.LevelVersion{Level: api.Level(os.Args[1]), Version: api.LatestVersion()}
	refusals := make([][]string, len(pods))
	for index, pod := range pods {
		refusals[index] = []string{}
		for _, result := range evaluator.EvaluatePod(level, &pod.ObjectMeta, &pod.Spec) {
			if !result.Allowed {
				refusals[index] = append(refusals[index], result.ForbiddenReason+": "+result.ForbiddenDetail)
			}
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(refusals); err != nil {
		log.Fatal(err)
	}
}
