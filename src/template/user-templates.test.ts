import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rendered, renderedHtml, setOf } from '../../test/support/templates.ts';

/** Files in the style that people have; each with what it says of the sample. */
const CASES: readonly {
  readonly named: string;
  readonly file: string;
  readonly use: string;
  readonly gives: string;
  readonly as?: 'html';
}[] = [
  {
    named: 'a Slack title that counts, and a text with a list of labels per alert',
    file: `{{ define "slack.my.title" -}}
    [{{ .Status | toUpper -}}
    {{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{- end -}}
    ] {{ .CommonLabels.alertname }}
{{- end }}
{{ define "slack.my.text" -}}
{{ range .Alerts -}}
*Alert:* {{ .Annotations.title }}{{ if .Labels.severity }} - \`{{ .Labels.severity }}\`{{ end }}
*Details:*
  {{ range .Labels.SortedPairs }} • *{{ .Name }}:* \`{{ .Value }}\`
  {{ end }}
{{ end }}
{{- end }}`,
    use: '{{ template "slack.my.title" . }}\n{{ template "slack.my.text" . }}',
    gives:
      '[FIRING:1] LinkDown\n*Alert:*  - `critical`\n*Details:*\n   • *alertname:* `LinkDown`\n   • *instance:* `r1:9100`\n   • *severity:* `critical`\n   • *site:* `north`\n  \n*Alert:*  - `critical`\n*Details:*\n   • *alertname:* `LinkDown`\n   • *instance:* `r2:9100`\n   • *severity:* `critical`\n   • *site:* `north`\n  \n',
  },
  {
    named: 'a silence link built from the common labels',
    file: `{{ define "__silence_link" -}}
    {{ .ExternalURL }}/#/silences/new?filter=%7B
    {{- range .CommonLabels.SortedPairs -}}
        {{- if ne .Name "alertname" -}}
            {{- .Name }}%3D"{{- .Value -}}"%2C%20
        {{- end -}}
    {{- end -}}
    alertname%3D"{{- .CommonLabels.alertname -}}"%7D
{{- end }}`,
    use: '{{ template "__silence_link" . }}',
    gives:
      'https://desk.example/#/silences/new?filter=%7Bseverity%3D"critical"%2C%20site%3D"north"%2C%20alertname%3D"LinkDown"%7D',
  },
  {
    named: 'a colour by severity, with else if and comments',
    file: `{{/* Colours */}}
{{ define "color" -}}
{{ if eq .Status "firing" -}}
  {{ if eq .CommonLabels.severity "warning" -}}warning
  {{- else if eq .CommonLabels.severity "critical" -}}danger
  {{- else -}}#439FE0
  {{- end -}}
{{ else -}}good{{- end }}
{{- end }}`,
    use: '{{ template "color" . }}',
    gives: 'danger',
  },
  {
    named: 'a Telegram text with variables, zones and durations',
    file: `{{ define "telegram" }}{{ $root := . }}
{{- range $i, $alert := .Alerts.Firing }}
🔥 <b>{{ $alert.Labels.alertname }}</b> @ {{ reReplaceAll ":.*" "" $alert.Labels.instance }} ({{ $i }}/{{ len $root.Alerts }})
{{ $alert.StartsAt | tz "Europe/Berlin" | date "02.01.2006 15:04 MST" }}, {{ (since $alert.StartsAt) | humanizeDuration }}
{{- end }}
{{- range .Alerts.Resolved }}
✅ {{ .Labels.alertname }} {{ .EndsAt.Sub .StartsAt }}
{{- end }}{{ end }}`,
    use: '{{ template "telegram" . }}',
    gives: '\n🔥 <b>LinkDown</b> @ r1 (0/2)\n01.03.2026 03:03 CET, 56m 55s\n✅ LinkDown 1h30m0s',
  },
  {
    named: 'an e-mail table with links and with text that must be escaped',
    file: `{{ define "mail" }}<table>{{ range .Alerts }}
<tr><td style="color:{{ if eq .Status "firing" }}red{{ else }}green{{ end }}">{{ .Status | toUpper }}</td>
<td><a href="{{ .GeneratorURL }}" title="{{ .Annotations.summary }}">{{ .Annotations.summary }}</a></td></tr>{{ end }}
</table>{{ end }}`,
    use: '{{ template "mail" . }}',
    as: 'html',
    gives:
      '<table>\n<tr><td style="color:red">FIRING</td>\n<td><a href="http://prom/graph?g0.expr=up%3D%3D0" title="Link &lt;down&gt; &amp; &#34;out&#34;">Link &lt;down&gt; &amp; &#34;out&#34;</a></td></tr>\n<tr><td style="color:green">RESOLVED</td>\n<td><a href="" title="Link &lt;down&gt; &amp; &#34;out&#34;">Link &lt;down&gt; &amp; &#34;out&#34;</a></td></tr>\n</table>',
  },
  {
    named: 'a JSON body made by hand, with commas between the items',
    file: `{{ define "json" }}{"n":{{ len .Alerts }},"items":[{{ range $i, $a := .Alerts }}{{ if $i }},{{ end }}{"s":{{ $a.Annotations.summary | toJson }}}{{ end }}]}{{ end }}`,
    use: '{{ template "json" . }}',
    gives:
      '{"n":2,"items":[{"s":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},{"s":"Link \\u003cdown\\u003e \\u0026 \\"out\\""}]}',
  },
  {
    named: 'one of our defaults replaced, the others going on to use it',
    file: '{{ define "__subject" }}{{ .GroupLabels.SortedPairs.Values | join " " }} ({{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join " " }}{{ end }}){{ end }}',
    use: '{{ template "pushover.default.title" . }}',
    gives: 'LinkDown (critical north)',
  },
  {
    named: 'a list gathered in a variable and joined by hand, with break',
    file: `{{ define "hosts" }}{{ $hosts := list }}{{ range .Alerts }}{{ $hosts = append $hosts .Labels.instance }}{{ if ge (len $hosts) 5 }}{{ break }}{{ end }}{{ end -}}
{{ range $i, $h := $hosts }}{{ if gt $i 0 }}; {{ end }}{{ $h }}{{ end }}{{ end }}`,
    use: '{{ template "hosts" . }}',
    gives: 'r1:9100; r2:9100',
  },
  {
    named: 'a helper that takes a dict, and a block with a default',
    file: `{{ define "field" }}{{ .name | title }}: {{ or .value "none" }}{{ end }}
{{ define "card" }}{{ template "field" (dict "name" "site" "value" .CommonLabels.site) }}, {{ template "field" (dict "name" "rack" "value" .CommonLabels.rack) }}{{ block "foot" . }} -- {{ .Receiver }}{{ end }}{{ end }}`,
    use: '{{ template "card" . }}',
    gives: 'Site: north, Rack: none -- team.ops',
  },
  {
    named: 'a pattern that chooses by a label, with the unless-like not and and',
    file: '{{ define "who" }}{{ if and (match "^(north|south)$" .CommonLabels.site) (not (eq .Status "resolved")) }}@noc{{ else }}@ops{{ end }}{{ end }}',
    use: '{{ template "who" . }}',
    gives: '@noc',
  },
];

for (const { named, file, use, gives, as } of CASES) {
  test(`users' templates: ${named}`, () => {
    const set = setOf({ name: 'users.tmpl', text: file });
    const render = as === 'html' ? renderedHtml : rendered;
    assert.equal(render(use, undefined, set), gives);
  });
}
