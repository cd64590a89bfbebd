import { fingerprint } from '../../src/base/fingerprint.ts';
import { type Instant, instantText } from '../../src/base/time.ts';
import type { AlarmId, Labels } from '../../src/domain/alarm/event.ts';
import type {
  DeliveryId,
  GroupId,
  Notice,
  NotifiedAlert,
} from '../../src/domain/routing/notice.ts';
import type { NoticeData, Rendering } from '../../src/ports/channel.ts';

const AT = 1_767_225_600_000 as Instant; // 2026-01-01T00:00:00Z

/** One alert; it is over when `over` is true. */
export function alert(labels: Labels, annotations: Labels = {}, over = false): NotifiedAlert {
  const print = fingerprint(Object.entries(labels).sort().flat());
  return {
    alarm: `a-${print}` as AlarmId,
    fingerprint: print,
    status: over ? 'resolved' : 'firing',
    labels,
    annotations,
    severity: 'critical',
    text: annotations.summary ?? labels.alertname ?? 'Alarm',
    startsAt: AT,
    ...(over && { endsAt: (AT + 300_000) as Instant }),
    link: 'http://prometheus.example.org/graph?g0.expr=up',
  };
}

export function notice(alerts: readonly NotifiedAlert[], more: Partial<Notice> = {}): Notice {
  return {
    id: 'd17.0' as DeliveryId,
    to: { receiver: 'ops', kind: 'test', index: 0 },
    reason: 'first',
    at: (AT + 30_000) as Instant,
    group: '0123456789abcdef' as GroupId,
    groupKey: '{}/{team="ops"}:{alertname="Down"}',
    groupLabels: { alertname: 'Down' },
    routeLabels: {},
    alerts,
    ...more,
  };
}

const HOSTILE =
  '<script>alert(1)</script> **b** _i_ `c` [x](javascript:1) <!channel> & " \' \\ \u0000';

/** What every channel must be able to say. */
export const NOTICES: Readonly<Record<string, Notice>> = {
  'one firing': notice([alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' })]),
  'one resolved': notice([alert({ alertname: 'Down', instance: 'db1' }, {}, true)]),
  '50 alerts': notice(
    Array.from({ length: 50 }, (_, i) =>
      alert({ alertname: 'Down', instance: `db${i}` }, { summary: `db${i} is down` }, i % 5 === 4),
    ),
  ),
  'UTF-8': notice([
    alert({ alertname: 'Störung', 'où 🚨': '北京' }, { summary: 'Ärger: ключ 🔥🔥 \u202e' }),
  ]),
  'empty annotations': notice([alert({ alertname: 'Down' }, { summary: '', description: '' })]),
  'no alerts': notice([]),
  hostile: notice([alert({ alertname: HOSTILE, instance: HOSTILE }, { summary: HOSTILE })], {
    groupLabels: { alertname: HOSTILE },
  }),
  huge: notice([
    alert({ alertname: 'Down', text: '🔥'.repeat(100_000) }, { summary: 'x'.repeat(600_000) }),
  ]),
};

function dataOf({ to, reason, alerts, groupLabels, routeLabels }: Notice): NoticeData {
  const common = (all: readonly Labels[]): Labels => {
    const [first = {}, ...others] = all;
    return Object.fromEntries(
      Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
    );
  };
  return {
    Receiver: to.receiver,
    Status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    NotificationReason: reason === 'first' ? 'first notification' : reason,
    Alerts: alerts.map((one) => ({
      Status: one.status,
      Labels: one.labels,
      Annotations: one.annotations,
      StartsAt: instantText(one.startsAt),
      EndsAt: one.endsAt === undefined ? '0001-01-01T00:00:00Z' : instantText(one.endsAt),
      GeneratorURL: one.link,
      Fingerprint: one.fingerprint,
    })),
    GroupLabels: groupLabels,
    CommonLabels: common(alerts.map(({ labels }) => labels)),
    CommonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    RouteLabels: routeLabels,
    ExternalURL: 'http://desk.example.org',
  };
}

/**
 * Templates without the template engine: `{{ template "x" . }}` becomes `x of ops`, so that bodies
 * can be written down; `{{ .Text }}` is the first alert's summary.
 */
export function plainRendering(one: Notice): Rendering {
  const data = dataOf(one);
  const text = (template: string): string =>
    template
      .replaceAll(
        /\{\{\s*template "([^"]+)" \.\s*\}\}/g,
        (_, name) => `${name} of ${data.Receiver}`,
      )
      .replaceAll('{{ .Text }}', one.alerts[0]?.text ?? '')
      .replaceAll(/\{\{ \.Alerts\.(Firing|Resolved) \| (toJson|len) \}\}/g, (_, which, how) => {
        const of = data.Alerts.filter(({ Status }) => Status === which.toLowerCase());
        return how === 'len' ? String(of.length) : JSON.stringify(of);
      });
  const escaped = (template: string) =>
    text(template).replace(/[<>&]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return { text, html: escaped, data };
}
