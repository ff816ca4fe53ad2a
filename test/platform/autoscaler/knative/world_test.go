package knative

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"
	"unsafe"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"
	corev1listers "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	netv1alpha1 "knative.dev/networking/pkg/apis/networking/v1alpha1"
	netfake "knative.dev/networking/pkg/client/clientset/versioned/fake"
	netlisters "knative.dev/networking/pkg/client/listers/networking/v1alpha1"
	autoscalingv1alpha1 "knative.dev/serving/pkg/apis/autoscaling/v1alpha1"
	"knative.dev/serving/pkg/apis/serving"
	"knative.dev/serving/pkg/autoscaler/scaling"
	"knative.dev/serving/pkg/client/clientset/versioned/fake"
	listers "knative.dev/serving/pkg/client/listers/autoscaling/v1alpha1"
	areconciler "knative.dev/serving/pkg/reconciler/autoscaling"
	"knative.dev/serving/pkg/reconciler/autoscaling/kpa"
	"knative.dev/serving/pkg/reconciler/autoscaling/kpa/resources"
)

// A world is what the autoscaler sees of a cluster: one revision, its pods, and its services.
type world struct {
	autoscaler *autoscalingv1alpha1.PodAutoscaler
	replicas   int32
	podIndex   cache.Indexer
	pods       corev1listers.PodLister
	client     *fake.Clientset
	networking *netfake.Clientset
	sksIndex   cache.Indexer
	metrics    cache.Indexer
}

func newIndexer() cache.Indexer {
	return cache.NewIndexer(cache.MetaNamespaceKeyFunc, cache.Indexers{cache.NamespaceIndex: cache.MetaNamespaceIndexFunc})
}

func newWorld(load fixture) *world {
	w := &world{
		replicas: 1, podIndex: newIndexer(), sksIndex: newIndexer(), metrics: newIndexer(),
		client: fake.NewSimpleClientset(), networking: netfake.NewSimpleClientset(),
	}
	// A new Deployment has the initial scale.
	if initial, err := strconv.Atoi(load.Annotations["autoscaling.knative.dev/initial-scale"]); err == nil {
		w.replicas = int32(initial)
	}
	w.pods = corev1listers.NewPodLister(w.podIndex)
	w.autoscaler = &autoscalingv1alpha1.PodAutoscaler{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: key.Namespace, Name: key.Name, UID: "1", Annotations: load.Annotations,
			Labels: map[string]string{serving.RevisionLabelKey: key.Name, serving.ConfigurationLabelKey: "edge-gists"},
		},
		Spec: autoscalingv1alpha1.PodAutoscalerSpec{
			ContainerConcurrency: load.ContainerConcurrency,
			Reachability:         autoscalingv1alpha1.ReachabilityReachable,
			ScaleTargetRef:       corev1.ObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "edge-gists"},
		},
	}
	w.autoscaler.Status.InitializeConditions()
	return w
}

func (w *world) setPods(ready, others int) {
	pods := make([]any, 0, ready+others)
	for index := range ready + others {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: key.Namespace, Name: fmt.Sprint("pod-", index),
				Labels: map[string]string{serving.RevisionLabelKey: key.Name},
			},
			Status: corev1.PodStatus{Phase: corev1.PodPending},
		}
		if index < ready {
			pod.Status.Phase = corev1.PodRunning
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		}
		pods = append(pods, pod)
	}
	if err := w.podIndex.Replace(pods, ""); err != nil {
		panic(err)
	}
}

func (w *world) isProxied() bool {
	for _, one := range w.sksIndex.List() {
		return one.(*netv1alpha1.ServerlessService).Spec.Mode == netv1alpha1.SKSOperationModeProxy
	}
	return true
}

// Settle does what other controllers of Knative do: it brings the objects into the caches, and the network is
// programmed at once.
func (w *world) settle(ctx context.Context) {
	list := must(w.networking.NetworkingV1alpha1().ServerlessServices(key.Namespace).List(ctx, metav1.ListOptions{}))
	for index := range list.Items {
		sks := &list.Items[index]
		if known, exists, _ := w.sksIndex.Get(sks); exists {
			sks.Status = known.(*netv1alpha1.ServerlessService).Status
		} else {
			sks.Status.InitializeConditions()
		}
		sks.Status.ServiceName, sks.Status.PrivateServiceName = key.Name, key.Name+"-private"
		sks.Status.MarkEndpointsReady()
		if sks.Spec.Mode == netv1alpha1.SKSOperationModeProxy {
			sks.Status.MarkActivatorEndpointsPopulated()
		} else {
			sks.Status.MarkActivatorEndpointsRemoved()
		}
		if err := w.sksIndex.Update(sks); err != nil {
			panic(err)
		}
	}
	if metric := w.metric(ctx); metric != nil {
		if err := w.metrics.Update(metric); err != nil {
			panic(err)
		}
	}
}

func (w *world) metric(ctx context.Context) *autoscalingv1alpha1.Metric {
	list := must(w.client.AutoscalingV1alpha1().Metrics(key.Namespace).List(ctx, metav1.ListOptions{}))
	for index := range list.Items {
		return &list.Items[index]
	}
	return nil
}

// Get is of the lister for Deployments.
func (w *world) Get(name string) (runtime.Object, error) {
	return &autoscalingv1alpha1.PodScalable{
		ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: name},
		Spec:       autoscalingv1alpha1.PodScalableSpec{Replicas: &w.replicas},
	}, nil
}

type lister struct {
	cache.GenericLister
	cache.GenericNamespaceLister
	world *world
}

func (l lister) ByNamespace(string) cache.GenericNamespaceLister { return l }
func (l lister) Get(name string) (runtime.Object, error)         { return l.world.Get(name) }
func (l lister) List(labels.Selector) ([]runtime.Object, error)  { panic("not used") }

type patcher struct {
	dynamic.Interface
	dynamic.NamespaceableResourceInterface
	world *world
}

func (p patcher) Resource(schema.GroupVersionResource) dynamic.NamespaceableResourceInterface {
	return p
}
func (p patcher) Namespace(string) dynamic.ResourceInterface { return p }
func (p patcher) Patch(
	_ context.Context, _ string, _ types.PatchType, data []byte, _ metav1.PatchOptions, _ ...string,
) (*unstructured.Unstructured, error) {
	var operations []struct{ Value int32 }
	if err := json.Unmarshal(data, &operations); err != nil {
		return nil, err
	}
	p.world.replicas = operations[0].Value
	return nil, nil
}

type prober struct{}

func (prober) Offer(context.Context, string, any, time.Duration, time.Duration, ...any) bool {
	return true
}

// These have the fields of the types of package kpa, which has no constructor without a whole controller.
type scalerFields struct {
	listerFactory  func(schema.GroupVersionResource) (cache.GenericLister, error)
	dynamicClient  dynamic.Interface
	transport      http.RoundTripper
	activatorProbe func(*autoscalingv1alpha1.PodAutoscaler, http.RoundTripper) (bool, error)
	probeManager   interface {
		Offer(context.Context, string, any, time.Duration, time.Duration, ...any) bool
	}
	enqueueCB func(any, time.Duration)
}

type reconcilerFields struct {
	*areconciler.Base
	podsLister corev1listers.PodLister
	deciders   resources.Deciders
	scaler     *scalerFields
	metricsMap sync.Map
}

func sameFields(t *testing.T, mine, theirs reflect.Type) {
	if mine.NumField() != theirs.NumField() || mine.Size() != theirs.Size() {
		t.Fatalf("%v has other fields", theirs)
	}
	for index := range mine.NumField() {
		a, b := mine.Field(index), theirs.Field(index)
		if a.Name != b.Name || a.Offset != b.Offset || a.Type.Kind() != b.Type.Kind() {
			t.Fatalf("%v.%s is another field", theirs, b.Name)
		}
	}
}

func newReconciler(t *testing.T, w *world, deciders *scaling.MultiScaler) *kpa.Reconciler {
	real := reflect.TypeFor[kpa.Reconciler]()
	sameFields(t, reflect.TypeFor[reconcilerFields](), real)
	field, _ := real.FieldByName("scaler")
	sameFields(t, reflect.TypeFor[scalerFields](), field.Type.Elem())
	return (*kpa.Reconciler)(unsafe.Pointer(&reconcilerFields{
		Base: &areconciler.Base{
			Client: w.client, NetworkingClient: w.networking,
			SKSLister:    netlisters.NewServerlessServiceLister(w.sksIndex),
			MetricLister: listers.NewMetricLister(w.metrics),
		},
		podsLister: w.pods,
		deciders:   deciders,
		scaler: &scalerFields{
			listerFactory:  func(schema.GroupVersionResource) (cache.GenericLister, error) { return lister{world: w}, nil },
			dynamicClient:  patcher{world: w},
			activatorProbe: func(*autoscalingv1alpha1.PodAutoscaler, http.RoundTripper) (bool, error) { return w.isProxied(), nil },
			probeManager:   prober{},
			// It is reconciled every second anyway.
			enqueueCB: func(any, time.Duration) {},
		},
	}))
}
