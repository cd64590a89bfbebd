import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rendered } from '../../test/support/templates.ts';

/** Template, and what Go 1.26 with Alertmanager's functions makes of it. */
const CASES: readonly (readonly [template: string, gives: string])[] = [
  ['{{print nil}}', '<nil>'],
  ['{{index .Alerts 0 | printf "%v" | len}}', '253'],
  ['{{print "a" "b" 1 2 "c"}} {{print 1 2}} {{print}}', 'ab1 2c 1 2 '],
  ['{{println "a" 1}}', 'a 1\n'],
  ['{{printf "%d %s %v" 1 "a" true}}', '1 a true'],
  ['{{printf "%5d|%-5d|%05d|%+d|% d" 1 2 3 4 5}}', '    1|2    |00003|+4| 5'],
  [
    '{{printf "%x %X %o %b %#x %#o %c %U %q" 255 255 8 5 255 8 65 65 65}}',
    "ff FF 10 101 0xff 010 A U+0041 'A'",
  ],
  [
    '{{printf "%s|%10s|%-10s|%.2s|%q|%x" "abc" "abc" "abc" "abc" "a\\"b\\n" "abc"}}',
    'abc|       abc|abc       |ab|"a\\"b\\n"|616263',
  ],
  [
    '{{printf "%f %.2f %8.3f %e %g %G" 1.5 1.555 3.14159 12345.678 1e-7 1e21}}',
    '1.500000 1.55    3.142 1.234568e+04 1e-07 1E+21',
  ],
  ['{{printf "%t %v" true false}}', 'true false'],
  [
    '{{printf "%T %T %T" .CommonLabels .Alerts .CommonLabels.SortedPairs}}',
    'template.KV template.Alerts template.Pairs',
  ],
  [
    '{{printf "%d" "x"}} {{printf "%s" 5}} {{printf "%d"}} {{printf "a" 1}} {{printf "%z" 1}} {{printf "%"}} {{printf "%!"}}',
    '%!d(string=x) %!s(int=5) %!d(MISSING) a%!(EXTRA int=1) %!z(int=1) %!(NOVERB) %!!(MISSING)',
  ],
  [
    '{{printf "%%"}} {{printf "%[2]d %[1]d" 1 2}} {{printf "%*d" 5 1}} {{printf "%.*f" 2 1.0}}',
    '% 2 1     1 1.00',
  ],
  [
    '{{printf "%v" (list 1 "a" nil 2.5)}} {{printf "%v" (dict "b" 1 "a" 2)}} {{printf "%s" (list "a" "b")}}',
    '[1 a <nil> 2.5] map[a:2 b:1] [a b]',
  ],
  [
    '{{printf "%q" (list "a" "b")}} {{printf "%d" (list 1 2)}} {{printf "%+v" (index .CommonLabels.SortedPairs 0)}}',
    '["a" "b"] [1 2] {Name:alertname Value:LinkDown}',
  ],
  [
    '{{printf "%v %s" .CommonLabels .CommonLabels}}',
    'alertname=LinkDown, severity=critical, site=north alertname=LinkDown, severity=critical, site=north',
  ],
  ['{{printf "%v" nil}} {{printf "%s" nil}} {{printf "%d" nil}}', '<nil> %!s(<nil>) %!d(<nil>)'],
  [
    '{{printf "%6.2f|%-8v|%8v|%08.3f" 3.14159 "ab" true 3.14159}}',
    '  3.14|ab      |    true|0003.142',
  ],
  [
    '{{printf "%t" 1}} {{printf "%d" 1.5}} {{printf "%f" 1}} {{printf "%s" true}}',
    '%!t(int=1) %!d(float64=1.5) %!f(int=1) %!s(bool=true)',
  ],
  [
    '{{printf "%x" "hello"}} {{printf "% x" "hello"}} {{printf "%#x" "hello"}} {{printf "%X" -255}}',
    '68656c6c6f 68 65 6c 6c 6f 0x68656c6c6f -FF',
  ],
  [
    '{{printf "%3c|%-3c|" 65 66}} {{printf "%08b" 5}} {{printf "%+.2e" 12345.678}}',
    '  A|B  | 00000101 +1.23e+04',
  ],
  [
    '{{printf "%[3]v %[1]v" 1 2 3}} {{printf "%[5]d" 1}} {{printf "%d %d" 1}}',
    '3 1 %!d(BADINDEX) 1 %!d(MISSING)',
  ],
  [
    '{{printf "%v" 1e6}} {{printf "%v" 123456789.0}} {{printf "%v" 0.00001}} {{print 100000.0}} {{print 2.0}}',
    '1e+06 1.23456789e+08 1e-05 100000 2',
  ],
  [
    '{{printf "%5t|%-7t|" true false}} {{printf "%5v|%-5v|" nil nil}}',
    ' true|false  | <nil>|<nil>|',
  ],
  [
    '{{printf "%q" \'x\'}} {{printf "%#q" "abc"}} {{printf "%+q" "é"}} {{printf "%U" \'é\'}} {{printf "%#U" \'é\'}}',
    "'x' `abc` \"\\u00e9\" U+00E9 U+00E9 'é'",
  ],
  [
    '{{printf "%.3g" 1234.5678}} {{printf "%g" 100000.0}} {{printf "%g" 1000000.0}} {{printf "%.10g" 1234567.0}}',
    '1.23e+03 100000 1e+06 1234567',
  ],
  [
    '{{printf "%s %d" (index .Alerts 0).StartsAt.Month (index .Alerts 0).StartsAt.Month}}',
    'March 3',
  ],
  ['{{print .GroupLabels}}', 'alertname=LinkDown'],
  ['{{printf "%s" (safeHtml "<b>")}} {{print (safeHtml "a") "b"}}', '<b> ab'],
  ['{{"x" | printf "%s-%s" "a"}}', 'a-x'],
  ['{{.Status | toUpper | printf "[%s]"}}', '[FIRING]'],
  ['{{printf "%s" .Alerts.Firing | len}}', '255'],
  ['{{(printf "%s/x" .ExternalURL) | urlquery}}', 'https%3A%2F%2Fdesk.example%2Fx'],
  ["{{print 'a' \"b\" 'c'}}", '97b99'],
  [
    '{{printf "%v %v" (index .Alerts 0).Labels (index .Alerts 0).Fingerprint}}',
    'alertname=LinkDown, instance=r1:9100, severity=critical, site=north 0123456789abcdef',
  ],
  [
    '{{printf "%s" (index .Alerts 0).StartsAt}} {{printf "%v" ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt)}} {{printf "%d" ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt)}}',
    '2026-03-01 02:03:04.567 +0000 UTC 1h30m0s 5400000000000',
  ],
  ['{{printf "%.1f" ((index .Alerts 1).EndsAt.Sub (index .Alerts 1).StartsAt).Minutes}}', '90.0'],
  ['{{"é" | len}}{{"日本" | printf "%5s|%q"}}', '2   日本|%!q(MISSING)'],
  ['{{.CommonLabels.alertname | printf "%-12s|"}}', 'LinkDown    |'],
  [
    '{{printf "%v" .Alerts.Firing}}',
    '[{firing alertname=LinkDown, instance=r1:9100, severity=critical, site=north runbook=https://wiki/x?a=1&b=2, summary=Link <down> & "out" 2026-03-01 02:03:04.567 +0000 UTC 0001-01-01 00:00:00 +0000 UTC http://prom/graph?g0.expr=up%3D%3D0 0123456789abcdef}]',
  ],
  [
    '{{printf "%08d|%+08d|%-08d|%x|%X" -42 42 42 -255 "hi"}}',
    '-0000042|+0000042|42      |-ff|6869',
  ],
  [
    '{{printf "%6d|%-6d|%06d" -42 -42 -42}} {{printf "%.3d" 5}} {{printf "%+.3d|%8.3d" 5 5}}',
    '   -42|-42   |-00042 005 +005|     005',
  ],
  [
    '{{printf "%c%c" 0x65E5 0x1F600}} {{printf "%q" 0x1F600}} {{printf "%q" "\\x00\\u200b"}}',
    '日😀 \'😀\' "\\x00\\u200b"',
  ],
  [
    '{{printf "%s %s" "a"}} {{printf "%s" "a" "b" 3}} {{printf "%!d" 1}} {{printf "%-"}} {{printf "%10"}}',
    'a %!s(MISSING) a%!(EXTRA string=b, int=3) %!!(int=1)d %!(NOVERB) %!(NOVERB)',
  ],
  [
    '{{printf "%e %E %.0f %.1f %5.1f|%-8.2f|" 0.0 1.5 2.5 0.05 1.25 2.0}}',
    '0.000000e+00 1.500000E+00 2 0.1   1.2|2.00    |',
  ],
  [
    '{{printf "%v %v %v" 1.0 -0.5 100.25}} {{printf "% d|% x|%#v" 7 "ab" "q"}}',
    '1 -0.5 100.25  7|61 62|"q"',
  ],
  ['{{printf "%v" (list (list 1) (dict))}} {{print (list "a b" nil)}}', '[[1] map[]] [a b <nil>]'],
];

test('print and printf say what Go says', () => {
  for (const [template, gives] of CASES) assert.equal(rendered(template), gives, template);
});
