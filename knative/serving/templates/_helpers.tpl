{{- /* Pods of a Deployment of Knative's on different nodes. Its labels are `app: <name>`. Arguments: the root, the name. */ -}}
{{- define "knative-serving.spread" -}}
{{- $root := index . 0 }}
{{- if $root.Values.spread -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: DoNotSchedule
    # A node that is being drained does not count, or it would keep the pods that leave it from every other node.
    nodeTaintsPolicy: Honor
    matchLabelKeys: [pod-template-hash]
    labelSelector:
      matchLabels:
        app: {{ index . 1 }}
{{- end }}
{{- end }}
