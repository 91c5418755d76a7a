{{/* The variables of the server's process. */}}
{{- define "atoll-lib.environment" -}}
- name: POD_IP
  valueFrom:
    fieldRef: { fieldPath: status.podIP }
- name: POD_NAME
  valueFrom:
    fieldRef: { fieldPath: metadata.name }
- name: PORT
  value: {{ .Values.port | quote }}
- name: PUBLIC_URL
  value: {{ include "atoll-lib.publicUrl" . | quote }}
{{- /* Prometheus addresses the pod by its IP, other pods the Service by any of its names. */}}
{{- $service := include "atoll-lib.name" . }}
{{- $hosts := list "$(POD_IP)" $service (printf "%s.%s" $service .Release.Namespace) (printf "%s.%s.svc" $service .Release.Namespace) (printf "%s.%s.svc.cluster.local" $service .Release.Namespace) }}
- name: ALLOWED_HOSTS
  value: {{ concat $hosts .Values.allowedHosts | join "," | quote }}
{{- with .Values.allowedOrigins }}
- name: ALLOWED_ORIGINS
  value: {{ join "," . | quote }}
{{- end }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel | quote }}
- name: DRAIN_DELAY_MS
  value: {{ mul .Values.drain.delaySeconds 1000 | quote }}
- name: SHUTDOWN_TIMEOUT_MS
  value: {{ mul .Values.drain.timeoutSeconds 1000 | quote }}
{{- if .Values.auth.issuers }}
- name: AUTH_ISSUERS
  value: {{ include "atoll-lib.issuers" . | quote }}
{{- end }}
{{- if .Values.auth.apiKeysSecret }}
- name: MCP_API_KEYS_FILE
  value: /etc/atoll/api-keys/api-keys.json
{{- end }}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
- name: OTEL_TRACES_SAMPLER_ARG
  value: {{ $.Values.tracing.ratio | quote }}
- name: OTEL_RESOURCE_ATTRIBUTES
  value: {{ printf "k8s.namespace.name=%s,k8s.pod.name=$(POD_NAME)" $.Release.Namespace | quote }}
{{- end }}
{{- with .Values.registry.url }}
- name: REGISTRY_URL
  value: {{ . | quote }}
- name: REGISTRY_SECRET
  valueFrom:
    secretKeyRef: { name: {{ required "secret.name must name the Secret with REGISTRY_SECRET" $.Values.secret.name }}, key: REGISTRY_SECRET }
{{- /* The pod makes the URL of it: only there it is known whether the address is one of IPv6. */}}
- name: INSTANCE_HOST
  value: $(POD_IP)
{{- end }}
{{- include "atoll-lib.secretVariables" . }}
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Variables that come from the server's Secret: never the owner's credentials. */}}
{{- define "atoll-lib.secretVariables" -}}
{{- range $name := .Values.secret.required }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: { name: {{ $.Values.secret.name }}, key: {{ $name }} }
{{- end }}
{{- range $name := .Values.secret.optional }}
- name: {{ $name }}
  valueFrom:
    secretKeyRef: { name: {{ $.Values.secret.name }}, key: {{ $name }}, optional: true }
{{- end }}
{{- end -}}
