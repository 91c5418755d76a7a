{{- define "atoll-lib.service-monitor" -}}
{{- with .Values.serviceMonitor -}}
{{- if .enabled -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "atoll-lib.name" $ }}
  labels:
    {{- include "atoll-lib.labels" $ | nindent 4 }}
    {{- with .labels }}{{ toYaml . | nindent 4 }}{{ end }}
spec:
  selector:
    matchLabels: {{- include "atoll-lib.selector" $ | nindent 6 }}
  endpoints:
    - port: http
      path: /metrics
      interval: {{ .interval }}
      # The job that infra/observability/alerts.yaml looks for.
      relabelings: [{ targetLabel: job, replacement: atoll }]
{{- end -}}
{{- end -}}
{{- end -}}
