{{- define "atoll-lib.network-policy" -}}
{{- with .Values.networkPolicy -}}
{{- if .enabled -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "atoll-lib.name" $ }}
  labels: {{- include "atoll-lib.labels" $ | nindent 4 }}
spec:
  podSelector:
    matchLabels: {{- include "atoll-lib.selector" $ | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- range $peers := list .from .metricsFrom }}
    {{- if $peers }}
    - from: {{- toYaml $peers | nindent 8 }}
      ports: [{ protocol: TCP, port: http }]
    {{- end }}
    {{- end }}
  egress:
    - ports: [{ protocol: UDP, port: 53 }, { protocol: TCP, port: 53 }]
    {{- with .toPorts }}
    - ports:
        {{- range . }}
        - { protocol: TCP, port: {{ . }} }
        {{- end }}
    {{- end }}
    {{- with $.Values.registry.url }}
    {{- $url := urlParse . }}
    {{- $usual := ternary "443" "80" (eq $url.scheme "https") }}
    - ports: [{ protocol: TCP, port: {{ regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default $usual }} }]
    {{- end }}
    {{- with .egress }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end -}}
{{- end -}}
{{- end -}}
