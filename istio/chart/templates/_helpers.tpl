{{- define "mesh.labels" -}}
app.kubernetes.io/name: edge-gists-mesh
app.kubernetes.io/part-of: edge-gists
{{- end }}

{{- define "mesh.validate" -}}
{{- if and .Values.metrics.enabled (not .Values.metrics.jwks) }}{{ fail "metrics.enabled needs metrics.jwks: without keys anyone could read metrics" }}{{ end }}
{{- if and .Values.faro.enabled (not .Values.grafana.enabled) }}{{ fail "faro.enabled needs grafana.enabled, whose host it shares" }}{{ end }}
{{- end }}

{{- define "mesh.platformHosts" -}}
{{- $hosts := list }}
{{- if or .Values.faro.enabled (and .Values.grafana.enabled .Values.grafana.public) }}{{ $hosts = append $hosts (printf "grafana.%s" .Values.domain) }}{{ end }}
{{- if .Values.metrics.enabled }}{{ $hosts = append $hosts (printf "metrics.%s" .Values.domain) }}{{ end }}
{{- toYaml $hosts }}
{{- end }}

{{- /* The same for a Gateway: only VirtualServices of its own namespace get their requests. */ -}}
{{- define "mesh.ownHosts" -}}
{{- $hosts := list }}
{{- range include "mesh.platformHosts" . | fromYamlArray }}{{ $hosts = append $hosts (printf "./%s" .) }}{{ end }}
{{- toYaml $hosts }}
{{- end }}

{{- define "mesh.gatewayPrincipal" -}}
cluster.local/ns/{{ .Values.ingress.namespace }}/sa/{{ .Values.ingress.serviceAccount }}
{{- end }}

{{- /* One peer of a NetworkPolicy: the pods of a namespace that have a label. */ -}}
{{- define "mesh.pods" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ .namespace }}
  podSelector:
    matchLabels:
      {{ .label }}: {{ .value }}
{{- end }}

{{- /* All pods of a namespace. */ -}}
{{- define "mesh.namespace" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ . }}
{{- end }}

{{- /* Pods of Knative's services, in any namespace. */ -}}
{{- define "mesh.knativePods" -}}
- namespaceSelector: {}
  podSelector:
    matchExpressions:
      - { key: serving.knative.dev/revision, operator: Exists }
{{- end }}

{{- /* Ports on which Knative's proxy takes requests: HTTP/1, h2c, HTTPS. The activator has the same. */ -}}
{{- define "mesh.requestPorts" -}}
- { port: 8012, protocol: TCP }
- { port: 8013, protocol: TCP }
- { port: 8112, protocol: TCP }
{{- end }}

{{- /* The pods of a namespace need DNS, and their certificates and configuration from istiod. */ -}}
{{- define "mesh.egressOfAll" -}}
- to: {{- include "mesh.pods" (dict "namespace" "kube-system" "label" "k8s-app" "value" "kube-dns") | nindent 4 }}
  ports:
    - { port: 53, protocol: UDP }
    - { port: 53, protocol: TCP }
- to: {{- include "mesh.pods" (dict "namespace" "istio-system" "label" "app" "value" "istiod") | nindent 4 }}
  ports:
    - { port: 15012, protocol: TCP }
{{- end }}

{{- /* Envoy's metrics, which the sidecar serves without mTLS. */ -}}
{{- define "mesh.scrapeOfProxies" -}}
- from: {{- include "mesh.namespace" "observability" | nindent 4 }}
  ports:
    - { port: 15020, protocol: TCP }
    - { port: 15090, protocol: TCP }
{{- end }}
