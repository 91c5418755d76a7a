{{/* Namespaces whose EndpointSlices a gateway watches, separated by spaces; servers say them by "kubernetes". */}}
{{- define "atoll-lib.watchedNamespaces" -}}
{{- $namespaces := list -}}
{{- range .Values.servers -}}
{{- if hasKey . "kubernetes" -}}
{{- $namespaces = append $namespaces (default $.Release.Namespace (.kubernetes | default dict).namespace) -}}
{{- end -}}
{{- end -}}
{{- $namespaces | uniq | sortAlpha | join " " -}}
{{- end -}}

{{- define "atoll-lib.endpoint-watch" -}}
{{- range $index, $namespace := splitList " " (include "atoll-lib.watchedNamespaces" . | trim) -}}
{{- if $namespace }}
{{- if $index }}
---
{{- end }}
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {{ include "atoll-lib.name" $ }}-endpoints
  namespace: {{ $namespace }}
  labels: {{- include "atoll-lib.labels" $ | nindent 4 }}
rules:
  - apiGroups: [discovery.k8s.io]
    resources: [endpointslices]
    verbs: [list, watch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {{ include "atoll-lib.name" $ }}-endpoints
  namespace: {{ $namespace }}
  labels: {{- include "atoll-lib.labels" $ | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {{ include "atoll-lib.name" $ }}-endpoints
subjects:
  - kind: ServiceAccount
    name: {{ include "atoll-lib.serviceAccountName" $ }}
    namespace: {{ $.Release.Namespace }}
{{- end }}
{{- end }}
{{- end -}}
