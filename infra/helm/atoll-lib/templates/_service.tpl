{{- define "atoll-lib.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "atoll-lib.name" . }}
  labels: {{- include "atoll-lib.labels" . | nindent 4 }}
  {{- with .Values.service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: ClusterIP
  selector: {{- include "atoll-lib.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .Values.port }}
      targetPort: http
      appProtocol: http
{{- end -}}
