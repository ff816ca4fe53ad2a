{{- define "observability.labels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: edge-gists
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
