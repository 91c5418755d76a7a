{{- define "atoll-lib.deployment" -}}
{{- $issuerKeys := include "atoll-lib.issuerKeys" . | trim -}}
{{- $volumes := include "atoll-lib.volumes" . | trim -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "atoll-lib.name" . }}
  labels: {{- include "atoll-lib.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate: { maxUnavailable: 0, maxSurge: 25% }
  selector:
    matchLabels: {{- include "atoll-lib.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "atoll-lib.labels" . | nindent 8 }}
        {{- with .Values.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      {{- $annotations := deepCopy .Values.podAnnotations }}
      {{- if $issuerKeys }}{{ $_ := set $annotations "checksum/issuers" (sha256sum $issuerKeys) }}{{ end }}
      {{- with $annotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "atoll-lib.serviceAccountName" . }}
      {{- /* Only a gateway that watches EndpointSlices speaks to the cluster. */}}
      automountServiceAccountToken: {{ include "atoll-lib.watchedNamespaces" . | trim | empty | not }}
      enableServiceLinks: false
      {{- with .Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext: {{- include "atoll-lib.podSecurity" . | nindent 8 }}
      {{- /* SIGTERM makes the process itself report "not ready", wait and finish: no preStop, which would need a shell. */}}
      terminationGracePeriodSeconds: {{ add .Values.drain.delaySeconds .Values.drain.timeoutSeconds 5 }}
      {{- with .Values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels: {{- include "atoll-lib.selector" $ | nindent 14 }}
          matchLabelKeys: [pod-template-hash]
        {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          image: {{ include "atoll-lib.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          securityContext: {{- include "atoll-lib.containerSecurity" . | nindent 12 }}
          ports:
            - name: http
              containerPort: {{ .Values.port }}
          env: {{- include "atoll-lib.environment" . | nindent 12 }}
          {{- range $probe := list (dict "name" "startupProbe" "path" "/health" "period" 2 "failures" 30) (dict "name" "livenessProbe" "path" "/health" "period" 10 "failures" 3) (dict "name" "readinessProbe" "path" "/ready" "period" 5 "failures" 2) }}
          {{ $probe.name }}:
            httpGet:
              path: {{ $probe.path }}
              port: http
              {{- /* A Host that every server accepts, whatever the pod's address looks like. */}}
              httpHeaders: [{ name: Host, value: localhost }]
            periodSeconds: {{ $probe.period }}
            timeoutSeconds: 3
            failureThreshold: {{ $probe.failures }}
          {{- end }}
          resources: {{- toYaml .Values.resources | nindent 12 }}
          {{- if $volumes }}
          volumeMounts: {{- include "atoll-lib.mounts" . | trim | nindent 12 }}
          {{- end }}
      {{- if $volumes }}
      volumes: {{- $volumes | nindent 8 }}
      {{- end }}
{{- end -}}

{{/* defaultMode 288 is 0440: YAML's octal numbers differ between parsers. */}}
{{- define "atoll-lib.volumes" -}}
{{- if include "atoll-lib.issuerKeys" . | trim }}
- name: issuers
  configMap: { name: {{ include "atoll-lib.name" . }}-issuers }
{{- end }}
{{- with .Values.auth.apiKeysSecret }}
- name: api-keys
  secret: { secretName: {{ . }}, defaultMode: 288 }
{{- end }}
{{- if .Values.signingKey }}
- name: signing-key
  secret: { secretName: {{ .Values.signingKey.secretName }}, defaultMode: 288 }
{{- end }}
{{- with .Values.exchange }}{{ with .secretName }}
- name: exchange
  secret: { secretName: {{ . }}, defaultMode: 288 }
{{- end }}{{ end }}
{{- with include "atoll-lib.policyName" . }}
- name: policy
  configMap: { name: {{ . }} }
{{- end }}
{{- with include "atoll-lib.limitsName" . }}
- name: limits
  configMap: { name: {{ . }} }
{{- end }}
{{- end -}}

{{- define "atoll-lib.mounts" -}}
{{- if include "atoll-lib.issuerKeys" . | trim }}
- { name: issuers, mountPath: /etc/atoll/issuers, readOnly: true }
{{- end }}
{{- if .Values.auth.apiKeysSecret }}
- { name: api-keys, mountPath: /etc/atoll/api-keys, readOnly: true }
{{- end }}
{{- if .Values.signingKey }}
- { name: signing-key, mountPath: /etc/atoll/signing-key, readOnly: true }
{{- end }}
{{- with .Values.exchange }}{{ if .secretName }}
- { name: exchange, mountPath: /etc/atoll/exchange, readOnly: true }
{{- end }}{{ end }}
{{- if include "atoll-lib.policyName" . }}
- { name: policy, mountPath: /etc/atoll/policy, readOnly: true }
{{- end }}
{{- if include "atoll-lib.limitsName" . }}
- { name: limits, mountPath: /etc/atoll/limits, readOnly: true }
{{- end }}
{{- end -}}
