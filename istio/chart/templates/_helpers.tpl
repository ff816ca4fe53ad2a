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
{{- if .Values.grafana.enabled }}{{ $hosts = append $hosts (printf "grafana.%s" .Values.domain) }}{{ end }}
{{- if .Values.metrics.enabled }}{{ $hosts = append $hosts (printf "metrics.%s" .Values.domain) }}{{ end }}
{{- toYaml $hosts }}
{{- end }}
