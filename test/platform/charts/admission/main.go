// Evaluates a ValidatingAdmissionPolicy with the API server's own CEL: its library, its variables and its limits. Reads
// {"policy": ..., "requests": [{"object": ..., "oldObject": ...}]} and writes, for each request, the messages of the
// validations that refuse it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	celgo "github.com/google/cel-go/cel"
	v1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	apiservercel "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

type expression struct {
	name, text string
	returns    []*celgo.Type
}

func (e *expression) GetName() string            { return e.name }
func (e *expression) GetExpression() string      { return e.text }
func (e *expression) ReturnTypes() []*celgo.Type { return e.returns }

type request struct {
	Object    map[string]any `json:"object"`
	OldObject map[string]any `json:"oldObject"`
}

func toObject(fields map[string]any) runtime.Object {
	if fields == nil {
		return nil
	}
	return &unstructured.Unstructured{Object: fields}
}

func main() {
	var input struct {
		Policy   v1.ValidatingAdmissionPolicy `json:"policy"`
		Requests []request                    `json:"requests"`
	}
	must(json.NewDecoder(os.Stdin).Decode(&input))

	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	must(err)
	declared := plugincel.OptionalVariableDeclarations{}
	for _, variable := range input.Policy.Spec.Variables {
		compiled := compiler.CompileAndStoreVariable(
			&expression{variable.Name, variable.Expression, []*celgo.Type{celgo.AnyType, celgo.DynType}},
			declared, environment.NewExpressions,
		)
		if compiled.Error != nil {
			must(fmt.Errorf("variable %s: %w", variable.Name, compiled.Error))
		}
	}
	var checks, messages []plugincel.ExpressionAccessor
	for _, validation := range input.Policy.Spec.Validations {
		checks = append(checks, &expression{"", validation.Expression, []*celgo.Type{celgo.BoolType}})
		messages = append(messages, &expression{"", validation.MessageExpression, []*celgo.Type{celgo.StringType}})
	}
	evaluators := []plugincel.ConditionEvaluator{
		compiler.CompileCondition(checks, declared, environment.NewExpressions),
		compiler.CompileCondition(messages, declared, environment.NewExpressions),
	}

	refusals := [][]string{}
	for _, asked := range input.Requests {
		kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
		resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
		operation := admission.Create
		if asked.OldObject != nil {
			operation = admission.Update
		}
		attributes := admission.NewAttributesRecord(toObject(asked.Object), toObject(asked.OldObject), kind, "edge-gists", "pod",
			resource, "", operation, nil, false, nil)
		versioned := &admission.VersionedAttributes{
			Attributes: attributes, VersionedKind: kind,
			VersionedObject: toObject(asked.Object), VersionedOldObject: toObject(asked.OldObject),
		}
		review := plugincel.CreateAdmissionRequest(attributes, metav1.GroupVersionResource(resource), metav1.GroupVersionKind(kind))
		results := make([][]plugincel.EvaluationResult, 2)
		for i, evaluator := range evaluators {
			results[i], _, err = evaluator.ForInput(context.Background(), versioned, review,
				plugincel.OptionalVariableBindings{}, nil, apiservercel.RuntimeCELCostBudget)
			must(err)
			for _, result := range results[i] {
				must(result.Error)
			}
		}
		refused := []string{}
		for i, result := range results[0] {
			if result.EvalResult.Value() != true {
				refused = append(refused, results[1][i].EvalResult.Value().(string))
			}
		}
		refusals = append(refusals, refused)
	}
	must(json.NewEncoder(os.Stdout).Encode(refusals))
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
