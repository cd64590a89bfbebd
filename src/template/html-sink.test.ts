import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderedHtml } from '../../test/support/templates.ts';

/** Template, and what Go 1.26 with Alertmanager's functions makes of it. */
const CASES: readonly (readonly [template: string, gives: string])[] = [
  ['<p>{{.CommonAnnotations.summary}}</p>', '<p>Link &lt;down&gt; &amp; &#34;out&#34;</p>'],
  [
    '<p title="{{.CommonAnnotations.summary}}">x</p>',
    '<p title="Link &lt;down&gt; &amp; &#34;out&#34;">x</p>',
  ],
  [
    "<p title='{{.CommonAnnotations.summary}}'>x</p>",
    "<p title='Link &lt;down&gt; &amp; &#34;out&#34;'>x</p>",
  ],
  [
    '<p title={{.CommonAnnotations.summary}}>x</p>',
    '<p title=Link&#32;&lt;down&gt;&#32;&amp;&#32;&#34;out&#34;>x</p>',
  ],
  ['<p title={{""}}>x</p>', '<p title=ZgotmplZ>x</p>'],
  [
    '<a href="{{.ExternalURL}}/?a={{"b c&d=\\"e\\""}}">x</a>',
    '<a href="https://desk.example/?a=b%20c%26d%3d%22e%22">x</a>',
  ],
  ['<a href="{{"javascript:alert(1)"}}">x</a>', '<a href="#ZgotmplZ">x</a>'],
  ['<a href="{{"JAVASCRIPT:alert(1)"}}">x</a>', '<a href="#ZgotmplZ">x</a>'],
  ['<a href=\'{{"data:text/html,x"}}\'>x</a>', "<a href='#ZgotmplZ'>x</a>"],
  ['<a href={{"http://x/?a b"}}>x</a>', '<a href=http://x/?a%20b>x</a>'],
  [
    '<a href="{{"http://x/a b?c=d&e=é<>"}}">x</a>',
    '<a href="http://x/a%20b?c=d&amp;e=%c3%a9%3c%3e">x</a>',
  ],
  ['<a href="mailto:{{"a b@x"}}">x</a>', '<a href="mailto:a%20b@x">x</a>'],
  [
    '<a href="/path/{{"a/b c?d"}}/x?q={{"a/b c?d"}}#{{"f g"}}">x</a>',
    '<a href="/path/a/b%20c?d/x?q=a%2fb%20c%3fd#f%20g">x</a>',
  ],
  ['<a href="{{safeUrl "tel:+1 2"}}">x</a>', '<a href="tel:&#43;1%202">x</a>'],
  [
    '<a href="{{(index .Alerts 0).GeneratorURL}}">x</a>',
    '<a href="http://prom/graph?g0.expr=up%3D%3D0">x</a>',
  ],
  ['<a href="{{(index .Alerts 1).GeneratorURL}}">x</a>', '<a href="">x</a>'],
  ['<a href="https://x/?q={{"a b" | urlquery}}">x</a>', '<a href="https://x/?q=a&#43;b">x</a>'],
  ['<a href="{{"java"}}{{"script:x"}}">x</a>', '<a href="java#ZgotmplZ">x</a>'],
  ['<img src="{{"//evil/x"}}">', '<img src="//evil/x">'],
  ['<img src="{{"x:y/z"}}"><img src="{{"a/b:c"}}">', '<img src="#ZgotmplZ"><img src="a/b:c">'],
  ['<form action="{{"javascript:1"}}">', '<form action="#ZgotmplZ">'],
  [
    '<div data-href="{{"javascript:1"}}" data-x="{{"javascript:1"}}">',
    '<div data-href="#ZgotmplZ" data-x="javascript:1">',
  ],
  ['<p style="color: {{"red"}}">', '<p style="color: red">'],
  ['<p style="color: {{"red; background: url(x)"}}">', '<p style="color: ZgotmplZ">'],
  ['<p style="color: {{"expression(1)"}}">', '<p style="color: ZgotmplZ">'],
  ['<p style="width: {{5}}px; margin: {{"-1px"}}">', '<p style="width: 5px; margin: -1px">'],
  ['<p style="font-family: \'{{"a\'b;c"}}\'">', '<p style="font-family: \'a\\27 b\\3b c\'">'],
  ['<p style="background: url({{"javascript:1"}})">', '<p style="background: url(#ZgotmplZ)">'],
  [
    '<p style="background: url(\'{{"http://x/a b\'c"}}\')">',
    '<p style="background: url(\'http://x/a%20b%27c\')">',
  ],
  [
    '<style>p { color: {{"#fff"}}; x: {{"a{b"}} }</style>',
    '<style>p { color: #fff; x: ZgotmplZ }</style>',
  ],
  [
    '<script>var x = {{"a\\"b</script>"}};</script>',
    '<script>var x = "a\\"b\\u003c/script\\u003e";</script>',
  ],
  [
    '<script>var x = "{{"a\\"b\'</script>\\n"}}";</script>',
    '<script>var x = "a\\u0022b\\u0027\\u003c\\/script\\u003e\\n";</script>',
  ],
  [
    "<script>var x = '{{\"a'b/c+d\"}}';</script>",
    "<script>var x = 'a\\u0027b\\/c\\u002bd';</script>",
  ],
  [
    '<button onclick="go({{"a\'b\\""}})">x</button>',
    '<button onclick="go(&#34;a&#39;b\\&#34;&#34;)">x</button>',
  ],
  [
    '<button onclick="go(\'{{"a\'b\\""}}\')">x</button>',
    '<button onclick="go(\'a\\u0027b\\u0022\')">x</button>',
  ],
  ['<!-- {{.Status}} --><p>x</p>', '<p>x</p>'],
  ['a <!-- comment --> b', 'a  b'],
  ['<title>{{"<b>&\\"+"}}</title>', '<title>&lt;b&gt;&amp;&#34;&#43;</title>'],
  ['<textarea>{{"</textarea>"}}</textarea>', '<textarea>&lt;/textarea&gt;</textarea>'],
  ['<p {{"class"}}="x">', '<p class="x">'],
  ['<p {{"onclick"}}="x">', '<p ZgotmplZ="x">'],
  ['<p {{"a b"}}>', '<p ZgotmplZ>'],
  ['<{{"b"}}>x', '&lt;b>x'],
  ['a < b {{"<"}} c', 'a &lt; b &lt; c'],
  ['1 & 2', '1 & 2'],
  [
    '<!DOCTYPE html><html><body>{{.Status}}</body></html>',
    '<!DOCTYPE html><html><body>firing</body></html>',
  ],
  ['{{safeHtml "<b>x</b>"}}', '<b>x</b>'],
  ['<p title="{{safeHtml "<b>x</b> & \\"y\\""}}">', '<p title="x & &#34;y&#34;">'],
  ['<p title={{safeHtml "<b>x y</b>"}}>', '<p title=x&#32;y>'],
  [
    '<textarea>{{safeHtml "<b>x&amp;</b>"}}</textarea>',
    '<textarea>&lt;b&gt;x&amp;&lt;/b&gt;</textarea>',
  ],
  ['<a href="{{safeHtml "javascript:x"}}">', '<a href="#ZgotmplZ">'],
  ['{{"<b>" | html}}', '&lt;b&gt;'],
  ['{{"a+b" | html}}', 'a+b'],
  ['<p title="{{"<b>" | html}}">', '<p title="&lt;b&gt;">'],
  ['{{"<b>" | print}}', '&lt;b&gt;'],
  ['{{.CommonLabels}}', 'alertname=LinkDown, severity=critical, site=north'],
  ['{{.Alerts.Firing | len}} {{5}} {{1.5}} {{true}}', '1 5 1.5 true'],
  [
    '{{define "u"}}{{.}}{{end}}<a href="{{template "u" "javascript:x"}}">{{template "u" "<i>"}}</a>',
    '<a href="#ZgotmplZ">&lt;i&gt;</a>',
  ],
  ['<a href="{{if true}}{{"javascript:x"}}{{else}}y{{end}}">', '<a href="#ZgotmplZ">'],
  [
    '{{range .Alerts}}<li><a href="{{.GeneratorURL}}">{{.Labels.instance}}</a></li>{{end}}',
    '<li><a href="http://prom/graph?g0.expr=up%3D%3D0">r1:9100</a></li><li><a href="">r2:9100</a></li>',
  ],
  ['<input value="{{"a\\"b"}}" checked>', '<input value="a&#34;b" checked>'],
  ['<p class=a{{"b c"}}d>', '<p class=ab&#32;cd>'],
  ['<svg xlink:href="{{"javascript:x"}}">', '<svg xlink:href="#ZgotmplZ">'],
  ['<p onfoo="{{"alert(1)"}}">', '<p onfoo="&#34;alert(1)&#34;">'],
  ['<a title = "{{"x"}}" href = {{"y z"}}>', '<a title = "x" href = y%20z>'],
  ['{{urlquery "a b"}} {{js "<x>"}}', 'a&#43;b \\u003Cx\\u003E'],
  ['<p>{{printf "%s <%d>" "a" 5}}</p>', '<p>a &lt;5&gt;</p>'],
  ['{{"\\x00"}}|<p title={{"\\x00"}}>', '�|<p title=&#xfffd;>'],
  ['<a href="?q={{"é+ &"}}">{{"é"}}', '<a href="?q=%c3%a9%2b%20%26">é'],
  [
    '<script type="application/json">{"a": {{.Status}}}</script>',
    '<script type="application/json">{"a": "firing"}</script>',
  ],
  ['<script>var r = /{{"a.b"}}/;</script>', '<script>var r = /a\\.b/;</script>'],
  ['<script>x = a / {{5}};</script>', '<script>x = a /  5 ;</script>'],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the template's own text
    '<script>x = `{{"a${b}`"}}`;</script>',
    '<script>x = `a\\u0024\\u007bb\\u007d\\u0060`;</script>',
  ],
  [
    '<script>x = {{.Alerts.Firing}};</script>',
    '<script>x = [{"status":"firing","labels":{"alertname":"LinkDown","instance":"r1:9100","severity":"critical","site":"north"},"annotations":{"runbook":"https://wiki/x?a=1\\u0026b=2","summary":"Link \\u003cdown\\u003e \\u0026 \\"out\\""},"startsAt":"2026-03-01T02:03:04.567Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://prom/graph?g0.expr=up%3D%3D0","fingerprint":"0123456789abcdef"}];</script>',
  ],
  ['<script>x = {{"a"}}{{"b"}};</script>', '<script>x = "a""b";</script>'],
  ['<script>x = {{"--><!--"}};</script>', '<script>x = "--\\u003e\\u003c!--";</script>'],
  ['<p>{{"日本 <"}}</p>', '<p>日本 &lt;</p>'],
  ['<br/>{{.Status}}<br />', '<br/>firing<br />'],
  [
    '<a href="{{.ExternalURL}}/#/alerts?receiver={{.Receiver}}">',
    '<a href="https://desk.example/#/alerts?receiver=team.ops">',
  ],
  [
    '<a href="{{.ExternalURL}}/#/alerts?receiver={{.Receiver | urlquery}}">',
    '<a href="https://desk.example/#/alerts?receiver=team.ops">',
  ],
  [
    '{{.CommonAnnotations.nope}}<b>{{with .CommonAnnotations.summary}}{{.}}{{end}}</b>',
    '<b>Link &lt;down&gt; &amp; &#34;out&#34;</b>',
  ],
  ['<td align="{{"left"}}" width={{100}}>', '<td align="left" width=100>'],
  ['<a href="x" {{if true}}title="{{"a"}}"{{end}}>', '<a href="x" title="a">'],
  ['</{{"p"}}>', '&lt;/p>'],
  ['<p>{{"<script>alert(1)</script>"}}</p>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
  ['<p style=\'color:{{"a\\"b"}}\'>', "<p style='color:ZgotmplZ'>"],
  ['<a href="{{" javascript:x"}}">', '<a href="#ZgotmplZ">'],
  ['<a href="{{"java\\nscript:x"}}">', '<a href="#ZgotmplZ">'],
  ['<a href="{{"%41%zz"}}">', '<a href="%41%25zz">'],
  ['<a onclick={{"x"}}>', '<a onclick=&#34;x&#34;>'],
  ['<a onclick=f({{"x y"}})>', '<a onclick=f(&#34;x&#32;y&#34;)>'],
  [
    '<p><a href="tel:{{"+1 2"}}" title=x>{{.Receiver}}</a></p>',
    '<p><a href="tel:&#43;1%202" title=x>team.ops</a></p>',
  ],
  [
    '<table><tr>{{range $i, $a := .Alerts}}<td bgcolor="{{if $i}}red{{else}}blue{{end}}">{{$a.Status}}</td>{{end}}</tr></table>',
    '<table><tr><td bgcolor="blue">firing</td><td bgcolor="red">resolved</td></tr></table>',
  ],
  [
    '<p>{{.CommonLabels.SortedPairs}}</p><a href="?{{.CommonLabels.site}}={{.CommonLabels.severity}}">',
    '<p>alertname=LinkDown, severity=critical, site=north</p><a href="?north=critical">',
  ],
];

test('values are escaped for the place they stand in, as html/template does', () => {
  for (const [template, gives] of CASES) assert.equal(renderedHtml(template), gives, template);
});
