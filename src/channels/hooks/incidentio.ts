import { Type } from 'typebox';
import { cut } from '../../base/text.ts';
import { objectIn, textIn } from '../../net/json.ts';
import { answered, judge } from '../../net/judge.ts';
import {
  fileFor,
  httpConfigField,
  plain,
  secretText,
  timeoutFaults,
  timeoutField,
} from '../../net/settings.ts';
import type { NoticeData } from '../../ports/channel.ts';
import { hook } from './hook.ts';

/** incident.io refuses a larger body; then only the first alert is told, then with short values. */
export const INCIDENTIO_BYTES_MAX = 512 * 1024;
const VALUE_CHARS_MAX = 256;

export const incidentio = hook({
  name: 'incidentio',
  summary: 'Tells an alert source of incident.io.',
  sendResolved: true,
  needs: ['url'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      url: plain('Address of the alert source.', { format: 'url' }),
      url_file: fileFor('address of the alert source'),
      alert_source_token: secretText('Token of the alert source.'),
      alert_source_token_file: fileFor('token of the alert source'),
      max_alerts: Type.Integer({
        minimum: 0,
        default: 0,
        description: 'Alerts told at most in one message, the rest by their number; 0: all.',
      }),
      timeout: timeoutField('incident.io'),
    },
    { additionalProperties: false },
  ),
  faults(set) {
    const own = set.alert_source_token !== '' || set.alert_source_token_file !== '';
    const other = set.http_config?.authorization !== undefined;
    const both = 'not together with http_config.authorization';
    return [
      ...(own && other ? [['alert_source_token', both] as const] : []),
      ...(own || other ? [] : [['alert_source_token', 'is needed'] as const]),
      ...timeoutFaults(set),
    ];
  },
  body({ set, data, notice }) {
    const most = set.max_alerts === 0 ? data.Alerts.length : set.max_alerts;
    const whole = told(data, most, notice.groupKey);
    const fits = (body: object) => Buffer.byteLength(JSON.stringify(body)) <= INCIDENTIO_BYTES_MAX;
    if (fits(whole)) return whole;
    const first = told(data, 1, notice.groupKey);
    return fits(first) ? first : told(shortened(data), 1, notice.groupKey);
  },
  async send(body, on) {
    const { set } = on;
    const own = set.alert_source_token !== '' || set.alert_source_token_file !== '';
    const token = own ? await on.secret('alert_source_token') : '';
    const headers: Record<string, string> = own ? { Authorization: `Bearer ${token}` } : {};
    return on.postJson(await on.secret('url'), body, headers);
  },
  verdict(reply, now) {
    const common = judge(reply, now);
    if (common.is !== 'never') return common;
    const said = objectIn(reply);
    const words = textIn(said, 'message') ?? textIn(said, 'error') ?? reply.body;
    return { is: 'never', why: answered(reply, words) };
  },
});

/** The data of templates, named as Alertmanager names it in JSON. */
const told = (data: NoticeData, most: number, groupKey: string) => ({
  receiver: data.Receiver,
  status: data.Status,
  alerts: data.Alerts.slice(0, most).map((alert) => ({
    status: alert.Status,
    labels: alert.Labels,
    annotations: alert.Annotations,
    startsAt: alert.StartsAt,
    endsAt: alert.EndsAt,
    generatorURL: alert.GeneratorURL,
    fingerprint: alert.Fingerprint,
  })),
  notification_reason: data.NotificationReason,
  groupLabels: data.GroupLabels,
  commonLabels: data.CommonLabels,
  commonAnnotations: data.CommonAnnotations,
  routeLabels: data.RouteLabels,
  externalURL: data.ExternalURL,
  version: '1',
  groupKey,
  truncatedAlerts: Math.max(data.Alerts.length - most, 0),
});

const short = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, cut(value, VALUE_CHARS_MAX)]),
  );

const shortened = (data: NoticeData): NoticeData => ({
  ...data,
  Alerts: data.Alerts.map((alert) => ({
    ...alert,
    Labels: short(alert.Labels),
    Annotations: short(alert.Annotations),
  })),
  GroupLabels: short(data.GroupLabels),
  CommonLabels: short(data.CommonLabels),
  CommonAnnotations: short(data.CommonAnnotations),
});
