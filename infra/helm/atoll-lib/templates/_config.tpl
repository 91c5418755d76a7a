{{/* Public keys of issuers that are given as such, one file each. */}}
{{- define "atoll-lib.issuerKeys" -}}
{{- range $index, $issuer := .Values.auth.issuers }}
{{- if $issuer.keys }}
issuer-{{ $index }}.json: {{ $issuer.keys | toJson | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "atoll-lib.config" -}}
{{- with include "atoll-lib.issuerKeys" . | trim -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "atoll-lib.name" $ }}-issuers
  labels: {{- include "atoll-lib.labels" $ | nindent 4 }}
data:
  {{- . | nindent 2 }}
{{- end -}}
{{- end -}}

{{/* The ConfigMap with the gateway's policy: the one that is named, or its own. Empty where there is no policy. */}}
{{- define "atoll-lib.policyName" -}}
{{- with .Values.policy -}}
{{- if .text }}{{ include "atoll-lib.name" $ }}-policy{{ else }}{{ .configMap }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* The ConfigMap with the gateway's limits, likewise. */}}
{{- define "atoll-lib.limitsName" -}}
{{- with .Values.limits -}}
{{- if .text }}{{ include "atoll-lib.name" $ }}-limits{{ else }}{{ .configMap }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* AUTH_ISSUERS: keys that came with the values are read from the mounted file. */}}
{{- define "atoll-lib.issuers" -}}
{{- $issuers := list -}}
{{- range $index, $issuer := .Values.auth.issuers -}}
{{- $entry := omit $issuer "keys" -}}
{{- if $issuer.keys -}}
{{- $_ := set $entry "jwks" (printf "file:///etc/atoll/issuers/issuer-%d.json" $index) -}}
{{- end -}}
{{- $issuers = append $issuers $entry -}}
{{- end -}}
{{- $issuers | toJson -}}
{{- end -}}
