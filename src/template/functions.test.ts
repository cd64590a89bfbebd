import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rendered } from '../../test/support/templates.ts';

/** Template, and what Go 1.26 with Alertmanager's functions makes of it. */
const CASES: readonly (readonly [template: string, gives: string])[] = [
  ['{{(dict).x}}', '<no value>'],
  ['{{with dict}}{{.x}}{{else}}empty{{end}}', 'empty'],
  [
    '{{range .CommonLabels.SortedPairs}}{{.Name}}:{{.Value}} {{end}}',
    'alertname:LinkDown severity:critical site:north ',
  ],
  ['{{range list}}x{{else}}none{{end}}', 'none'],
  ['{{$e := 0}}{{range $e = list 1 2}}{{end}}{{$e}}', '2'],
  ['{{index (list (list 1 2) 3) 0 1}}', '2'],
  ['{{slice (list 1 2 3) 1}}', '[2 3]'],
  ['{{html "<a href=\'x\'>\\"&+</a>"}}', '&lt;a href=&#39;x&#39;&gt;&#34;&amp;+&lt;/a&gt;'],
  ['{{js "it\'s \\"<b>\\" \\n =&"}}', 'it\\\'s \\"\\u003Cb\\u003E\\" \\u000A \\u003D\\u0026'],
  ['{{urlquery "a b&c=d/é+~!*\'()"}}', 'a+b%26c%3Dd%2F%C3%A9%2B~%21%2A%27%28%29'],
  ['{{html 1 2 "x"}} {{urlquery "a" "b"}}', '1 2x ab'],
  ['{{.CommonLabels.SortedPairs.Names | join ","}}', 'alertname,severity,site'],
  [
    '{{.CommonLabels.SortedPairs.Values | join ","}} {{.CommonLabels.Names | join ","}} {{.CommonLabels.Values.Join "-"}}',
    'LinkDown,critical,north alertname,severity,site LinkDown-critical-north',
  ],
  ['{{.CommonLabels.Remove (stringSlice "site" "severity")}}', 'alertname=LinkDown'],
  ['{{(.CommonLabels.Remove .GroupLabels.Names).Values | join " "}}', 'critical north'],
  ['{{.CommonLabels.SortedPairs}}', 'alertname=LinkDown, severity=critical, site=north'],
  ['{{.CommonLabels.Names}}', '[alertname severity site]'],
  ['{{(index .Alerts 0).StartsAt}}', '2026-03-01 02:03:04.567 +0000 UTC'],
  ['{{(index .Alerts 0).StartsAt.Format "2006-01-02T15:04:05Z07:00"}}', '2026-03-01T02:03:04Z'],
  [
    '{{(index .Alerts 0).StartsAt.Format "Mon Jan _2 15:04:05.000 MST 2006 -0700 3:04PM pm 06 002 .99"}}',
    'Sun Mar  1 02:03:04.567 UTC 2026 +0000 2:03AM am 26 060 .56',
  ],
  [
    '{{(index .Alerts 0).StartsAt.Unix}} {{(index .Alerts 0).StartsAt.UnixMilli}}',
    '1772330584 1772330584567',
  ],
  [
    '{{(index .Alerts 0).StartsAt.Year}} {{(index .Alerts 0).StartsAt.Month}} {{(index .Alerts 0).StartsAt.Day}} {{(index .Alerts 0).StartsAt.Weekday}} {{(index .Alerts 0).StartsAt.YearDay}}',
    '2026 March 1 Sunday 60',
  ],
  [
    '{{(index .Alerts 0).StartsAt.IsZero}} {{(index .Alerts 0).EndsAt.IsZero}} {{(index .Alerts 0).EndsAt}}',
    'false true 0001-01-01 00:00:00 +0000 UTC',
  ],
  ['{{(index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt}}', '1h30m0s'],
  ['{{((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt).Hours}}', '1.5'],
  ['{{((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt) | humanizeDuration}}', '1h 30m 0s'],
  ['{{(index .Alerts 0).StartsAt.Add 3600000000000}}', '2026-03-01 03:03:04.567 +0000 UTC'],
  ['{{((index .Alerts 0).StartsAt.AddDate 0 1 -1).Format "2006-01-02"}}', '2026-03-31'],
  [
    '{{(index .Alerts 0).StartsAt.Before (index .Alerts 1).StartsAt}} {{(index .Alerts 0).StartsAt.After (index .Alerts 1).StartsAt}}',
    'false true',
  ],
  ['{{eq (index .Alerts 0).StartsAt (index .Alerts 0).StartsAt}}', 'true'],
  [
    '{{((index .Alerts 0).StartsAt.Truncate 60000000000).Format "15:04:05.000"}} {{((index .Alerts 0).StartsAt.Round 1000000000).Format "15:04:05.000"}}',
    '02:03:00.000 02:03:05.000',
  ],
  ['{{(index .Alerts 0).StartsAt | tz "Europe/Berlin"}}', '2026-03-01 03:03:04.567 +0100 CET'],
  [
    '{{(index .Alerts 0).StartsAt | tz "America/New_York" | date "Mon, 02 Jan 2006 15:04:05 MST"}}',
    'Sat, 28 Feb 2026 21:03:04 EST',
  ],
  [
    '{{(index .Alerts 0).StartsAt | tz "Asia/Kolkata" | date "15:04 -07:00 Z07:00 Z0700 -07 MST"}}',
    '07:33 +05:30 +05:30 +0530 +05 IST',
  ],
  [
    '{{(index .Alerts 0).StartsAt | tz "Asia/Dubai" | date "15:04 MST"}} {{(index .Alerts 0).StartsAt | tz "Asia/Tokyo" | date "15:04 MST"}} {{(index .Alerts 0).StartsAt | tz "Europe/London" | date "15:04 MST"}} {{(index .Alerts 0).StartsAt | tz "Australia/Sydney" | date "15:04 MST"}}',
    '06:03 +04 11:03 JST 02:03 GMT 13:03 AEDT',
  ],
  ['{{(index .Alerts 0).StartsAt | tz "" | date "MST"}}', 'UTC'],
  [
    '{{(toDate "2006-01-02" "2026-07-04") | tz "Europe/Berlin" | date "2006-01-02 15:04 MST"}}',
    '2026-07-04 02:00 CEST',
  ],
  ['{{toDate "2006-01-02" "nonsense"}}', '0001-01-01 00:00:00 +0000 UTC'],
  [
    '{{(toDate "2006-01-02T15:04:05Z07:00" "2026-07-04T10:20:30.5+02:00").UTC}}',
    '2026-07-04 08:20:30.5 +0000 UTC',
  ],
  [
    '{{toDate "Jan _2, 2006 at 3:04pm (MST)" "Feb  3, 2013 at 7:54pm (UTC)"}}',
    '2013-02-03 19:54:00 +0000 UTC',
  ],
  [
    '{{humanizeDuration 0}} {{humanizeDuration 0.001}} {{humanizeDuration 59.5}} {{humanizeDuration 61}} {{humanizeDuration 3661}} {{humanizeDuration 90061}} {{humanizeDuration -61.5}} {{humanizeDuration "3600"}} {{humanizeDuration 0.0000001}}',
    '0s 1ms 59.5s 1m 1s 1h 1m 1s 1d 1h 1m 1s -1m 1s 1h 0m 0s 100ns',
  ],
  [
    '{{toUpper "abcß"}} {{toLower "ABC"}} {{title "hello wORLD foo-bar foo_bar it\'s a.b x9y"}} {{trimSpace "  a b\\n"}}',
    "ABCß abc Hello World Foo-Bar Foo_bar It's A.b X9y a b",
  ],
  ['{{join "," (stringSlice "a" "b")}} {{join "," (stringSlice)}}', 'a,b '],
  ['{{match "^a.*c$" "abc"}} {{match "b" "abc"}} {{match "x" "abc"}}', 'true true false'],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the template's own text
    '{{reReplaceAll "(\\\\w+)@(\\\\w+)" "$2 at ${1}" "bob@home x@y"}} {{reReplaceAll "a*" "-" "baaac"}} {{reReplaceAll "(?P<n>b)" "[$n]" "abc"}} {{reReplaceAll "b" "$0x" "abc"}} {{reReplaceAll "b" "${0}x$$" "abc"}} {{reReplaceAll "(?i)B" "z" "abcB"}}',
    'home at bob y at x -b-c- a[b]c ac abx$c azcz',
  ],
  ['{{"a" | safeHtml}} {{safeHtml "<b>" }} {{safeUrl "http://x"}}', 'a <b> http://x'],
  ['{{urlUnescape "a%20b+c%C3%A9"}}', 'a b cé'],
  ['{{stringSlice "a" "b"}}', '[a b]'],
  ['{{toJson .CommonLabels}}', '{"alertname":"LinkDown","severity":"critical","site":"north"}'],
  [
    '{{toJson .Alerts}}',
    '[{"status":"firing","labels":{"alertname":"LinkDown","instance":"r1:9100","severity":"critical","site":"north"},"annotations":{"runbook":"https://wiki/x?a=1\\u0026b=2","summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"startsAt":"2026-03-01T02:03:04.567Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph?g0.expr=up%3D%3D0","fingerprint":"0123456789abcdef"},{"status":"resolved","labels":{"alertname":"LinkDown","instance":"r2:9100","severity":"critical","site":"north"},"annotations":{"summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"startsAt":"2026-03-01T01:00:00Z","endsAt":"2026-03-01T02:30:00Z","generatorURL":"","fingerprint":"fedcba9876543210"}]',
  ],
  [
    '{{toJson .}}',
    '{"receiver":"team.ops","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"LinkDown","instance":"r1:9100","severity":"critical","site":"north"},"annotations":{"runbook":"https://wiki/x?a=1\\u0026b=2","summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"startsAt":"2026-03-01T02:03:04.567Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph?g0.expr=up%3D%3D0","fingerprint":"0123456789abcdef"},{"status":"resolved","labels":{"alertname":"LinkDown","instance":"r2:9100","severity":"critical","site":"north"},"annotations":{"summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"startsAt":"2026-03-01T01:00:00Z","endsAt":"2026-03-01T02:30:00Z","generatorURL":"","fingerprint":"fedcba9876543210"}],"notification_reason":"first","groupLabels":{"alertname":"LinkDown"},"commonLabels":{"alertname":"LinkDown","severity":"critical","site":"north"},"commonAnnotations":{"summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"routeLabels":{"team":"core"},"externalURL":"https://desk.example"}',
  ],
  [
    '{{toJson (list 1 "a<b>" nil true 1.5 1e21 1e-7)}} {{toJson (dict "b" (list) "a" (dict))}} {{toJson "é\\u2028\\x01"}}',
    '[1,"a\\u003cb\\u003e",null,true,1.5,1e+21,1e-7] {"a":{},"b":[]} "é\\u2028\\u0001"',
  ],
  [
    '{{toJson .CommonLabels.SortedPairs}} {{toJson .CommonLabels.Names}}',
    '[{"Name":"alertname","Value":"LinkDown"},{"Name":"severity","Value":"critical"},{"Name":"site","Value":"north"}] ["alertname","severity","site"]',
  ],
  ['{{base64encode "hi?>~"}} {{base64decode "aGk_Pn4="}}', 'aGk_Pn4= hi?>~'],
  ['{{list 1 2 "a"}} {{append (list 1) 2 3}}', '[1 2 a] [1 2 3]'],
  ['{{$l := list}}{{range .Alerts}}{{$l = append $l .Status}}{{end}}{{$l}}', '[firing resolved]'],
  ['{{dict "a" 1 "b" (list 1 2)}} {{(dict "a" 1).a}}', 'map[a:1 b:[1 2]] 1'],
  ['{{$d := dict "k" "v"}}{{range $k, $v := $d}}{{$k}}{{$v}}{{end}}{{$d.k}}', 'kvv'],
  ['{{routeLabels "team"}} {{routeLabels "none"}}|', 'core |'],
  ['{{(index .Alerts 0).Labels.instance | reReplaceAll ":.*" ""}}', 'r1'],
  ['{{(index .Alerts 0).Labels.SortedPairs.Names}}', '[alertname instance severity site]'],
  ['{{eq ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt) 5400000000000}}', 'true'],
  ['{{gt ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt).Seconds 60.0}}', 'true'],
  ['{{range $k, $v := dict "b" 1 "a" 2}}{{$k}}{{$v}}{{end}}', 'a2b1'],
];

test('functions and methods give what they give in Alertmanager', () => {
  for (const [template, gives] of CASES) assert.equal(rendered(template), gives, template);
});
