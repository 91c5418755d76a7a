{{- define "atoll-lib.migration" -}}
{{- with .Values.migration -}}
{{- if .enabled -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ include "atoll-lib.name" $ }}-migrate
  labels:
    {{- omit (include "atoll-lib.labels" $ | fromYaml) "app.kubernetes.io/name" | toYaml | nindent 4 }}
    app.kubernetes.io/name: {{ $.Chart.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 3
  activeDeadlineSeconds: {{ .deadlineSeconds }}
  ttlSecondsAfterFinished: 3600
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ $.Chart.Name }}-migrate
        app.kubernetes.io/instance: {{ $.Release.Name }}
        app.kubernetes.io/part-of: atoll
    spec:
      restartPolicy: Never
      {{- /* It runs before anything of the release exists, so before its service account. */}}
      automountServiceAccountToken: false
      enableServiceLinks: false
      {{- with $.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext: {{- include "atoll-lib.podSecurity" $ | nindent 8 }}
      {{- with $.Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $.Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: migrate
          image: {{ include "atoll-lib.image" $ | quote }}
          imagePullPolicy: {{ $.Values.image.pullPolicy }}
          args: [migrate]
          securityContext: {{- include "atoll-lib.containerSecurity" $ | nindent 12 }}
          env:
            # Its user is the role that is granted what the server may do.
            - name: DATABASE_URL
              valueFrom:
                secretKeyRef: { name: {{ $.Values.secret.name }}, key: DATABASE_URL }
            - name: DATABASE_OWNER_URL
              valueFrom:
                secretKeyRef: { name: {{ .secretName }}, key: DATABASE_OWNER_URL }
            {{- range $name, $value := $.Values.env }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          resources: {{- toYaml .resources | nindent 12 }}
{{- end -}}
{{- end -}}
{{- end -}}
