{{- define "gms.labels" -}}
app.kubernetes.io/name: gms
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "gms.pod" -}}
automountServiceAccountToken: false
securityContext: {runAsNonRoot: true, runAsUser: 10001, fsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
terminationGracePeriodSeconds: 45
volumes:
  - name: folder
    emptyDir: {}
  - name: temporary
    emptyDir: {}
  - name: secret
    secret: {secretName: {{ .Values.secret }}, items: [{key: secrets.key, path: secrets.key}], defaultMode: 0440}
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
  - {name: secret, mountPath: /var/lib/gms/secrets.key, subPath: secrets.key, readOnly: true}
  - {name: config, mountPath: /etc/gms, readOnly: true}
{{- end }}
