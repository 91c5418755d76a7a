{{/* The name of everything in the release: the chart's own where the release is called the same. */}}
{{- define "atoll-lib.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "atoll-lib.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "atoll-lib.labels" -}}
{{ include "atoll-lib.selector" . }}
app.kubernetes.io/part-of: atoll
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "atoll-lib.image" -}}
{{- $image := .Values.image -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $image.repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "atoll-lib.serviceAccountName" -}}
{{- default (include "atoll-lib.name" .) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "atoll-lib.publicUrl" -}}
{{- default (printf "http://%s.%s.svc:%v/mcp" (include "atoll-lib.name" .) .Release.Namespace .Values.port) .Values.publicUrl -}}
{{- end -}}
