/**
 * The e-mail: reads on a phone, in the dark and in the light. No tables, no pictures, nothing
 * fetched; colours that keep their contrast on both grounds stand inline, for many readers drop a
 * style sheet.
 */
export const EMAIL_TEMPLATES = `
{{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}

{{ define "__tocsin_email_pairs" -}}
<p style="margin: 4px 0; font-size: 14px; overflow-wrap: anywhere">
{{- range $i, $pair := . }}{{ if $i }}<br>{{ end }}{{ .Name }}: {{ .Value }}{{ end }}</p>
{{- end }}

{{ define "__tocsin_email_alarm" -}}
{{- $color := "#c77700" }}
{{- if eq .Status "resolved" }}{{ $color = "#2e8b57" }}
{{- else if eq .Labels.severity "critical" }}{{ $color = "#d1352b" }}
{{- end }}
<div style="margin: 0 0 16px; padding: 4px 0 4px 12px; border-left: 4px solid {{ $color }}">
<p style="margin: 0; font-size: 17px"><strong>{{ template "__tocsin_name" . }}</strong>
{{- with .Labels.severity }} ({{ . }}){{ end }}</p>
{{- with or .Annotations.summary .Annotations.description .Annotations.message }}
<p style="margin: 4px 0; white-space: pre-wrap">{{ . | trimSpace }}</p>
{{- end }}
<p style="margin: 4px 0; font-size: 14px">{{ template "__tocsin_when" . }}</p>
{{- with (.Labels.Remove (stringSlice "alertname" "instance" "severity")).SortedPairs }}
{{ template "__tocsin_email_pairs" . }}
{{- end }}
{{- $told := stringSlice "summary" "runbook" "runbook_url" }}
{{- if not .Annotations.summary }}
{{- $told = stringSlice "description" "message" "runbook" "runbook_url" }}
{{- end }}
{{- with (.Annotations.Remove $told).SortedPairs }}
{{ template "__tocsin_email_pairs" . }}
{{- end }}
{{- with or .Annotations.runbook_url .Annotations.runbook }}
<p style="margin: 4px 0; font-size: 14px"><a href="{{ . }}">Runbook</a></p>
{{- end }}
{{- with .GeneratorURL }}
<p style="margin: 4px 0; font-size: 14px"><a href="{{ . }}">Source</a></p>
{{- end }}
</div>
{{ end }}

{{ define "email.default.html" -}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{{ template "__subject" . }}</title>
</head>
<body style="margin: 0; padding: 16px; font-size: 16px; line-height: 1.45;
 font-family: -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif;
 color-scheme: light dark">
<div style="max-width: 640px; margin: 0 auto">
{{- if .Alerts.Firing }}
<h1 style="margin: 0 0 12px; font-size: 20px">{{ len .Alerts.Firing }} firing</h1>
{{ range .Alerts.Firing }}{{ template "__tocsin_email_alarm" . }}{{ end }}
{{- end }}
{{- if .Alerts.Resolved }}
<h1 style="margin: 0 0 12px; font-size: 20px">{{ len .Alerts.Resolved }} resolved</h1>
{{ range .Alerts.Resolved }}{{ template "__tocsin_email_alarm" . }}{{ end }}
{{- end }}
<p style="margin: 24px 0 8px; font-size: 17px">
<a href="{{ template "__alertmanagerURL" . }}">Open the desk</a></p>
<p style="margin: 0; font-size: 13px">Sent by {{ template "__alertmanager" . }} to {{ .Receiver }}
{{- with .NotificationReason }}: {{ . }}{{ end }}.</p>
</div>
</body>
</html>
{{ end }}

{{ define "email.default.text" }}{{ template "__subject" . }}

{{ template "__tocsin_text" . }}
{{ end }}
`;
