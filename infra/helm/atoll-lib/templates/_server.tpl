{{/* Everything one server needs; the only thing a server's chart has to include. */}}
{{- define "atoll-lib.server" -}}
{{- $parts := list "service-account" "endpoint-watch" "config" "deployment" "service" "autoscaler" "disruption-budget" "network-policy" "service-monitor" "migration" -}}
{{- range $part := $parts }}
{{- $text := include (printf "atoll-lib.%s" $part) $ | trim }}
{{- if $text }}
---
{{ $text }}
{{- end }}
{{- end }}
{{- end -}}
