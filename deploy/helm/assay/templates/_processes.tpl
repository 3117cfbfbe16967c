{{- /* The processes: how each is started, what it reads besides "env", and whom it calls. */ -}}
{{- define "assay.processes" -}}
gateway:
  values: gateway
  port: 8080
  args: ['--max-semi-space-size=64', '--initial-old-space-size=256', '--external-memory-accounted-in-global-limit', apps/gateway/src/main.ts]
  secrets: [ASSAY_INTERNAL_SECRET, ASSAY_KEY_ENCRYPTION_KEY]
  calls: [mining, iai-sessions]
mining:
  values: mining
  port: 8081
  args: ['--max-semi-space-size=64', '--initial-old-space-size=256', '--external-memory-accounted-in-global-limit', apps/mining/src/main.ts]
  secrets: [ASSAY_INTERNAL_SECRET]
  calls: []
iai-sessions:
  values: sessions
  port: 8082
  args: ['--max-semi-space-size=32', '--initial-old-space-size=64', '--heap-growing-percent=50', '--external-memory-accounted-in-global-limit', apps/iai-sessions/src/main.ts]
  secrets: [ASSAY_INTERNAL_SECRET]
  calls: [mining]
mining-worker:
  values: worker
  port: 0
  args: ['--max-semi-space-size=8', '--heap-growing-percent=30', apps/mining/src/worker.ts]
  secrets: []
  calls: []
{{- end -}}

{{- define "assay.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}{{ .repository }}@{{ .digest }}{{- else -}}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{- end -}}
{{- end -}}
{{- end -}}

{{- define "assay.labels" -}}
app.kubernetes.io/name: assay
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .name }}
{{- end -}}

{{- define "assay.container" -}}
image: {{ include "assay.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end -}}

{{- define "assay.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}
