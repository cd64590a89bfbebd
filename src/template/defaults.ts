import { EMAIL_TEMPLATES } from './default-email.ts';
import type { TemplateFile } from './tree.ts';

/**
 * The templates that are there before any file is read, under Alertmanager's names, in our words:
 * what is wrong, where, how badly, since when, and the way to the desk. Names that begin with
 * `__tocsin_` are our own.
 */
const PARTS = `
{{ define "__alertmanager" }}Tocsin{{ end }}
{{ define "__alertmanagerURL" }}{{ .ExternalURL }}{{ end }}

{{- /* One alarm: what is wrong with it, in one line. */ -}}
{{ define "__tocsin_name" -}}
  {{ or .Labels.alertname "Alarm" }}{{ with or .Labels.instance .Labels.host }} on {{ . }}{{ end }}
  {{- with or .Labels.interface .Labels.device .Labels.mountpoint .Labels.pod }} {{ . }}{{ end }}
{{- end }}

{{ define "__tocsin_when" -}}
  {{ if eq .Status "resolved" -}}
    {{ .StartsAt.UTC.Format "2 Jan 15:04" }} to {{ .EndsAt.UTC.Format "2 Jan 15:04 UTC" -}}
    , lasted {{ .EndsAt.Sub .StartsAt | humanizeDuration }}
  {{- else -}}
    since {{ .StartsAt.UTC.Format "2 Jan 15:04 UTC" }}, for {{ since .StartsAt | humanizeDuration }}
  {{- end }}
{{- end }}

{{ define "__subject" -}}
  [{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}]
  {{- with or .CommonLabels.alertname .GroupLabels.alertname }} {{ . }}
  {{- else }} {{ len .Alerts }} alarms
  {{- end }}
  {{- with .CommonLabels.instance }} on {{ . }}{{ end }}
  {{- with .CommonLabels.severity }} ({{ . }}){{ end }}
  {{- range (.GroupLabels.Remove (stringSlice "alertname" "instance" "severity")).SortedPairs }}
    {{- print " " .Name "=" .Value }}
  {{- end }}
  {{- with .CommonAnnotations.summary -}}
    : {{ printf "%.2000s" . | reReplaceAll "\\\\s+" " " | trimSpace | printf "%.120s" }}
  {{- end }}
{{- end }}

{{ define "__description" }}{{ end }}

{{ define "__text_alert_list" -}}
{{ range . -}}
{{ with .Labels.severity }}{{ . | toUpper }} {{ end }}{{ template "__tocsin_name" . }}
{{ with or .Annotations.summary .Annotations.description .Annotations.message -}}
{{ "  " }}{{ . | trimSpace }}
{{ end }}  {{ template "__tocsin_when" . }}
{{ with (.Labels.Remove (stringSlice "alertname" "instance" "severity")).SortedPairs }}  {{ . }}
{{ end }}{{ with or .Annotations.runbook_url .Annotations.runbook }}  runbook: {{ . }}
{{ end }}{{ with .GeneratorURL }}  source: {{ . }}
{{ end }}
{{ end }}
{{- end }}

{{ define "__text_alert_list_markdown" -}}
{{ range . -}}
**{{ template "__tocsin_name" . }}**{{ with .Labels.severity }} ({{ . }}){{ end }}
{{ with or .Annotations.summary .Annotations.description .Annotations.message }}
{{ . | trimSpace }}
{{ end }}
- {{ template "__tocsin_when" . }}
{{ range (.Labels.Remove (stringSlice "alertname" "instance" "severity")).SortedPairs -}}
- {{ .Name }}: {{ .Value }}
{{ end }}{{ with or .Annotations.runbook_url .Annotations.runbook -}}
- [runbook]({{ . }})
{{ end }}{{ with .GeneratorURL -}}
- [source]({{ . }})
{{ end }}
{{ end }}
{{- end }}

{{- /* For small screens: one or two lines for each of the first ten. */ -}}
{{ define "__tocsin_short" -}}
{{ range $i, $alert := . }}{{ if lt $i 10 -}}
{{ with .Labels.severity }}{{ . | toUpper }} {{ end }}{{ template "__tocsin_name" . }}
{{- with or .Annotations.summary .Annotations.description .Annotations.message -}}
: {{ . | trimSpace }}{{ end }}
({{ template "__tocsin_when" . }})
{{ end }}{{ end }}
{{- if gt (len .) 10 }}and {{ len (slice . 10) }} more
{{ end }}
{{- end }}

{{ define "__tocsin_text" -}}
{{ if .Alerts.Firing }}FIRING

{{ template "__text_alert_list" .Alerts.Firing }}
{{- end }}
{{- if .Alerts.Resolved }}RESOLVED

{{ template "__text_alert_list" .Alerts.Resolved }}
{{- end }}Desk: {{ template "__alertmanagerURL" . }}
{{- end }}

{{ define "__tocsin_markdown" -}}
{{ if .Alerts.Firing }}## Firing

{{ template "__text_alert_list_markdown" .Alerts.Firing }}
{{- end }}
{{- if .Alerts.Resolved }}## Resolved

{{ template "__text_alert_list_markdown" .Alerts.Resolved }}
{{- end }}[Open the desk]({{ template "__alertmanagerURL" . }})
{{- end }}

{{ define "__tocsin_push" -}}
{{ if .Alerts.Firing }}{{ template "__tocsin_short" .Alerts.Firing }}{{ end }}
{{- if .Alerts.Resolved }}{{ if .Alerts.Firing }}
{{ end }}Resolved:
{{ template "__tocsin_short" .Alerts.Resolved }}{{ end }}
{{- end }}

{{ define "__tocsin_color" }}{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}{{ end }}
`;

const SUBJECT = '{{ template "__subject" . }}';
const URL = '{{ template "__alertmanagerURL" . }}';
const NAME = '{{ template "__alertmanager" . }}';
const COLOR = '{{ template "__tocsin_color" . }}';
const PUSH = '{{ template "__tocsin_push" . }}';
const TEXT = '{{ template "__tocsin_text" . }}';
const MARKDOWN = '{{ template "__tocsin_markdown" . }}';

/** Each channel's fields, and which of the parts above they are; '' says nothing. */
const CHANNELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  discord: { content: '', title: SUBJECT, message: PUSH },
  incidentio: { title: SUBJECT, description: TEXT },
  jira: {
    summary: SUBJECT,
    description: MARKDOWN,
    priority:
      '{{- $worst := "" -}}{{- range .Alerts -}}{{- $s := .Labels.severity -}}' +
      '{{- if eq $s "critical" -}}{{- $worst = "High" -}}' +
      '{{- else if and (eq $s "major" "minor" "warning") (ne $worst "High") -}}' +
      '{{- $worst = "Medium" -}}' +
      '{{- else if and (eq $s "info") (eq $worst "") -}}{{- $worst = "Low" -}}' +
      '{{- end -}}{{- end -}}{{- $worst -}}',
  },
  mattermost: {
    color: COLOR,
    username: NAME,
    title: SUBJECT,
    titlelink: URL,
    fallback: `${SUBJECT} | ${URL}`,
    text: MARKDOWN,
  },
  msteams: { summary: SUBJECT, title: SUBJECT, text: MARKDOWN },
  msteamsv2: { title: SUBJECT, text: MARKDOWN },
  ntfy: { title: SUBJECT, message: PUSH },
  opsgenie: { message: SUBJECT, description: TEXT, source: URL },
  pagerduty: {
    description: SUBJECT,
    client: NAME,
    clientURL: URL,
    instances: '{{ template "__text_alert_list" . }}',
  },
  pushover: { title: SUBJECT, message: PUSH, url: URL },
  rocketchat: { title: SUBJECT, alias: NAME, titlelink: URL, emoji: '', iconurl: '', text: PUSH },
  slack: {
    title: SUBJECT,
    username: NAME,
    fallback: `${SUBJECT} | ${URL}`,
    callbackid: '',
    pretext: '',
    titlelink: URL,
    iconemoji: '',
    iconurl: '',
    text: PUSH,
    footer: '',
    color: COLOR,
  },
  sns: { subject: SUBJECT, message: TEXT },
  telegram: { message: `${SUBJECT}\n\n${PUSH}\n${URL}` },
  victorops: { state_message: TEXT, entity_display_name: SUBJECT, monitoring_tool: NAME },
  webex: { message: MARKDOWN },
  wechat: {
    message: `${SUBJECT}\n\n${TEXT}`,
    to_user: '',
    to_party: '',
    to_tag: '',
    agent_id: '',
  },
};

const channels = Object.entries(CHANNELS).flatMap(([channel, fields]) =>
  Object.entries(fields).map(
    ([field, text]) => `{{ define "${channel}.default.${field}" }}${text}{{ end }}\n`,
  ),
);

export const DEFAULT_TEMPLATES: readonly TemplateFile[] = [
  { name: 'default.tmpl', text: PARTS + channels.join('') },
  { name: 'email.tmpl', text: EMAIL_TEMPLATES },
];
