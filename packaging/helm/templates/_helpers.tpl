{{- define "gms.labels" -}}
app.kubernetes.io/name: gms
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "gms.pod" -}}
automountServiceAccountToken: false
securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
terminationGracePeriodSeconds: 75
volumes:
  - name: folder
    persistentVolumeClaim: {claimName: {{ .Values.folder }}}
  - name: temporary
    emptyDir: {}
  - name: config
    configMap: {name: {{ .Release.Name }}}
{{- end }}

{{- define "gms.container" -}}
image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
envFrom: [{secretRef: {name: {{ .Values.secret }}}}]
securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
volumeMounts:
  - {name: folder, mountPath: /var/lib/gms}
  - {name: temporary, mountPath: /tmp}
  - {name: config, mountPath: /etc/gms, readOnly: true}
{{- end }}
