// Package knative runs the autoscaler of Knative Serving itself: its collector of metrics, its decider with the ticker of
// two seconds, and its reconciler. It replays the load of each fixture in virtual time and writes the decisions.
// Only what talks to Kubernetes is played: clients, listers, pods, and the probe of the activator.
package knative

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/types"
	"knative.dev/pkg/logging"
	autoscalingv1alpha1 "knative.dev/serving/pkg/apis/autoscaling/v1alpha1"
	asconfig "knative.dev/serving/pkg/autoscaler/config"
	"knative.dev/serving/pkg/autoscaler/metrics"
	"knative.dev/serving/pkg/autoscaler/scaling"
	"knative.dev/serving/pkg/deployment"
	"knative.dev/serving/pkg/reconciler/autoscaling/config"
	"knative.dev/serving/pkg/resources"
)

// A Fixture is a load as the autoscaler meets it, second by second, and what it decided.
type fixture struct {
	Annotations          map[string]string `json:"annotations"`
	Config               map[string]string `json:"config"`
	ContainerConcurrency int64             `json:"containerConcurrency"`
	// Concurrency, requests of the second before, ready pods, other pods. Concurrency -1: nothing was measured.
	Input [][4]float64 `json:"input"`
	// Desired pods, excess burst capacity, replicas, activator in the path, active (1), activating (0) or not (-1), panic.
	Decisions [][6]int32 `json:"decisions"`
}

var key = types.NamespacedName{Namespace: "edge-gists", Name: "edge-gists-00001"}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func number(is bool) int32 {
	if is {
		return 1
	}
	return 0
}

func decide(t *testing.T, load fixture) [][6]int32 {
	log := &bytes.Buffer{}
	encoder := zapcore.NewJSONEncoder(zapcore.EncoderConfig{MessageKey: "msg"})
	logger := zap.New(zapcore.NewCore(encoder, zapcore.AddSync(log), zapcore.InfoLevel)).Sugar()
	stop := make(chan struct{})
	defer close(stop)
	ctx := config.ToContext(logging.WithLogger(context.Background(), logger), &config.Config{
		Autoscaler: must(asconfig.NewConfigFromMap(load.Config)),
		Deployment: &deployment.Config{ProgressDeadline: deployment.ProgressDeadlineDefault},
	})
	collector := metrics.NewMetricCollector(
		func(*autoscalingv1alpha1.Metric, *zap.SugaredLogger) (metrics.StatsScraper, error) { return nil, nil }, logger)
	world := newWorld(load)
	scaler := scaling.NewMultiScaler(stop, func(decider *scaling.Decider) (scaling.UniScaler, error) {
		counter := resources.NewPodAccessor(world.pods, key.Namespace, key.Name)
		return scaling.New(attribute.NewSet(), nil, key.Namespace, key.Name, collector, counter, &decider.Spec), nil
	}, logger)
	reconciler := newReconciler(t, world, scaler)
	reconcile := func() {
		if err := reconciler.ReconcileKind(ctx, world.autoscaler); err != nil {
			t.Fatal(err)
		}
		world.settle(ctx)
		if metric := world.metric(ctx); metric != nil {
			if err := collector.CreateOrUpdate(metric); err != nil {
				t.Fatal(err)
			}
		}
	}

	// The first of them creates the private Service, the second the decider, whose ticks are at each even half second.
	reconcile()
	time.Sleep(500 * time.Millisecond)
	reconcile()
	decisions := make([][6]int32, 0, len(load.Input))
	for _, second := range load.Input {
		time.Sleep(500 * time.Millisecond)
		world.setPods(int(second[2]), int(second[3]))
		if concurrency := second[0]; concurrency >= 0 {
			stat := metrics.Stat{PodName: "load", AverageConcurrentRequests: concurrency, RequestCount: second[1]}
			collector.Record(key, time.Now(), stat)
			scaler.Poke(key, stat)
			synctest.Wait()
		}
		time.Sleep(500 * time.Millisecond)
		synctest.Wait()
		// A reconciler is called on every change. Here it is once a second, after the tick.
		reconcile()
		decider := must(scaler.Get(ctx, key.Namespace, key.Name))
		active := number(world.autoscaler.Status.IsActive())
		if world.autoscaler.Status.IsInactive() {
			active = -1
		}
		isPanic := strings.LastIndex(log.String(), "PANICKING.") > strings.LastIndex(log.String(), "Un-panicking.")
		decisions = append(decisions, [6]int32{
			decider.Status.DesiredScale, decider.Status.ExcessBurstCapacity, world.replicas,
			number(world.isProxied()), active, number(isPanic),
		})
	}
	scaler.Delete(ctx, key.Namespace, key.Name)
	collector.Delete(key.Namespace, key.Name)
	return decisions
}

// TestDecisions compares with the fixtures in the folder FIXTURES, or writes the decisions into them: RECORD=1.
func TestDecisions(t *testing.T) {
	for _, path := range must(filepath.Glob(filepath.Join(os.Getenv("FIXTURES"), "*.json"))) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var load fixture
			if err := json.Unmarshal(must(os.ReadFile(path)), &load); err != nil {
				t.Fatal(err)
			}
			var decisions [][6]int32
			synctest.Test(t, func(t *testing.T) { decisions = decide(t, load) })
			if os.Getenv("RECORD") != "" {
				load.Decisions = decisions
				if err := os.WriteFile(path, append(must(json.Marshal(load)), '\n'), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if len(load.Decisions) != len(decisions) {
				t.Fatalf("%d decisions, not %d", len(decisions), len(load.Decisions))
			}
			for second, decision := range decisions {
				if decision != load.Decisions[second] {
					t.Fatalf("second %d: %v, not %v", second, decision, load.Decisions[second])
				}
			}
		})
	}
}
