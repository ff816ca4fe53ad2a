{{- define "edge-gists.labels" -}}
app.kubernetes.io/name: edge-gists
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/part-of: edge-gists
{{- end }}

{{- define "edge-gists.publicHost" -}}
{{ .Values.host }}.{{ .Values.domain }}
{{- end }}

{{- define "edge-gists.tlsSecret" -}}
{{ .Values.certificate.secretName | default (printf "%s-tls" .Release.Name) }}
{{- end }}

{{- define "edge-gists.secret" -}}
{{ .Values.secrets.existing | default .Release.Name }}
{{- end }}

{{- define "edge-gists.ownSecret" -}}
{{- if and (not .Values.secrets.existing) (or .Values.secrets.githubToken .Values.secrets.purgeToken .Values.secrets.redisUrl) }}true{{ end }}
{{- end }}

{{- /* Secrets that are mounted as files: whole folders, for Kubernetes does not change a file that is mounted by itself. */ -}}
{{- define "edge-gists.mounts" -}}
{{- with .Values.trustedCa }}{{- if .secretName }}
- { name: trusted-ca, secret: {{ .secretName }}, key: {{ .key }}, path: ca.crt }
{{- end }}{{- end }}
{{- with .Values.githubTokens.secretName }}
- { name: github-tokens, secret: {{ . }}, key: GITHUB_TOKEN, path: tokens }
{{- end }}
{{- with .Values.githubApp }}{{- if .id }}
- { name: github-app, secret: {{ .secretName }}, key: private-key.pem, path: private-key.pem }
{{- end }}{{- end }}
{{- end }}

{{- define "edge-gists.image" -}}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag }}{{ end }}
{{- end }}

{{- define "edge-gists.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- /* Rules that span several values, which a schema cannot express. */ -}}
{{- define "edge-gists.validate" -}}
{{- $a := .Values.autoscaling }}
{{- if lt (int $a.maxScale) (int $a.minScale) }}{{ fail "autoscaling.maxScale must not be below autoscaling.minScale" }}{{ end }}
{{- if lt (int $a.maxScale) (int $a.initialScale) }}{{ fail "autoscaling.maxScale must not be below autoscaling.initialScale" }}{{ end }}
{{- if gt (int $a.activationScale) (int $a.maxScale) }}{{ fail "autoscaling.activationScale must not exceed maxScale" }}{{ end }}
{{- if $a.minScale }}
{{- if $a.activationScale }}{{ fail "autoscaling.activationScale needs autoscaling.minScale 0: there are always pods" }}{{ end }}
{{- if ne $a.podRetention "0s" }}{{ fail "autoscaling.podRetention needs autoscaling.minScale 0: the last pod never ends" }}{{ end }}
{{- end }}
{{- if and (gt (int $a.targetBurstCapacity) 0) (eq (int .Values.containerConcurrency) 0) }}{{ fail "autoscaling.targetBurstCapacity above 0 needs containerConcurrency: without a hard limit, the activator has nothing to queue" }}{{ end }}
{{- if and (eq $a.metric "concurrency") .Values.containerConcurrency (gt (int $a.target) (int .Values.containerConcurrency)) }}{{ fail "autoscaling.target must not exceed containerConcurrency: a pod would never reach it" }}{{ end }}
{{- if eq $a.class "hpa" }}
{{- if lt (int $a.minScale) 1 }}{{ fail "autoscaling.class hpa cannot scale to zero: autoscaling.minScale must be at least 1" }}{{ end }}
{{- if not (has $a.metric (list "cpu" "memory")) }}{{ fail "autoscaling.class hpa needs autoscaling.metric cpu or memory" }}{{ end }}
{{- else if not (has $a.metric (list "concurrency" "rps")) }}{{ fail "autoscaling.class kpa needs autoscaling.metric concurrency or rps" }}
{{- end }}
{{- $sum := 0 }}
{{- range .Values.traffic }}
{{- if and .latestRevision .revisionName }}{{ fail "a traffic entry has latestRevision or revisionName, not both" }}{{ end }}
{{- if not (or .latestRevision .revisionName) }}{{ fail "a traffic entry needs latestRevision or revisionName" }}{{ end }}
{{- $sum = add $sum (.percent | default 0) }}
{{- end }}
{{- if ne (int $sum) 100 }}{{ fail (printf "traffic percentages must add up to 100, not %d" (int $sum)) }}{{ end }}
{{- $grace := int (index .Values.env "SHUTDOWN_GRACE_MS" | default "20000") }}
{{- if ge $grace (mul 1000 .Values.timeoutSeconds | int) }}{{ fail "timeoutSeconds, the pod's grace period, must exceed SHUTDOWN_GRACE_MS" }}{{ end }}
{{- if gt (int .Values.responseStartTimeoutSeconds) (int .Values.timeoutSeconds) }}{{ fail "responseStartTimeoutSeconds must not exceed timeoutSeconds" }}{{ end }}
{{- if and .Values.redis.enabled .Values.secrets.redisUrl }}{{ fail "secrets.redisUrl and redis.enabled exclude each other" }}{{ end }}
{{- if and .Values.redis.enabled .Values.externalRedis.required }}{{ fail "externalRedis.required and redis.enabled exclude each other" }}{{ end }}
{{- if and .Values.redis.enabled (eq .Values.environment "production") (not .Values.redis.allowInProduction) }}{{ fail "redis.enabled is a Valkey of one pod, which production takes only with redis.allowInProduction: give the URL of a replicated one in the Secret instead (docs/redis.md)" }}{{ end }}
{{- if and .Values.redis.enabled .Values.imagePolicy.enabled (not .Values.redis.image.digest) (not (has .Values.redis.image.repository .Values.imagePolicy.tagsAllowed)) }}{{ fail "imagePolicy.enabled refuses the tag of redis.image: give redis.image.digest, or name the image in imagePolicy.tagsAllowed" }}{{ end }}
{{- if and .Values.redis.enabled .Values.externalRedis.tlsSecret }}{{ fail "externalRedis.tlsSecret and redis.enabled exclude each other" }}{{ end }}
{{- if and .Values.secrets.existing (or .Values.secrets.githubToken .Values.secrets.purgeToken .Values.secrets.redisUrl) }}{{ fail "secrets.existing excludes secrets.githubToken, purgeToken and redisUrl" }}{{ end }}
{{- with .Values.githubApp }}
{{- if and .id (not (and .secretName .installationIds)) }}{{ fail "githubApp.id needs githubApp.installationIds and githubApp.secretName" }}{{ end }}
{{- if and (not .id) (or .secretName .installationIds) }}{{ fail "githubApp needs githubApp.id" }}{{ end }}
{{- end }}
{{- if and .Values.rbac.operatorRole (not .Values.rbac.subjects) }}{{ fail "rbac.operatorRole needs rbac.subjects" }}{{ end }}
{{- if gt (len .Release.Name) 40 }}{{ fail "the release's name must have at most 40 characters" }}{{ end }}
{{- end }}
