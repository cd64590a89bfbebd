import { type Static, Type } from 'typebox';
import { millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';
import { durationOf } from '../net/duration.ts';
import { judge } from '../net/judge.ts';
import { filled } from '../net/payload.ts';
import { SendFault } from '../net/send-fault.ts';
import {
  eitherFault,
  fileFor,
  httpConfigField,
  httpFaults,
  needed,
  templated,
  timeoutFaults,
  timeoutField,
} from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import type { AlertData, Channel, NoticeData, Rendering, SendWorld } from '../ports/channel.ts';

const settings = Type.Object(
  {
    http_config: httpConfigField,
    url: templated('Address to post to.', '', { format: 'url', secret: true }),
    url_file: fileFor('address to post to; taken as it is, without templates'),
    max_alerts: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Alerts told at most in one message, the rest by their number; 0: all.',
    }),
    timeout: timeoutField('the webhook'),
    payload: Type.Unknown({
      default: null,
      template: 'text',
      description: 'Sent instead of the usual body: any value, each text in it a template.',
    }),
  },
  { additionalProperties: false },
);
type WebhookSettings = Static<typeof settings>;

export interface WebhookMessage {
  /** Names this delivery, the same at each try. */
  readonly id: string;
  /** Filled in; '' when it stands in a file. */
  readonly url: string;
  readonly body: string;
}

/** The JSON of Alertmanager's webhook, version 4, posted to any address. */
export const webhook: Channel<WebhookSettings, WebhookMessage> = {
  name: 'webhook',
  summary: 'Posts the alerts as JSON (Alertmanager’s version 4), or a payload of your own.',
  tried: 'recorded bodies',
  settings,
  sendResolved: true,
  faults: (set) => [
    ...eitherFault(set, 'url', 'url_file', true),
    ...timeoutFaults(set),
    ...httpFaults(set),
  ],
  render,
  send,
};

function render(notice: Notice, set: WebhookSettings, rendering: Rendering): WebhookMessage {
  const data = truncated(rendering.data, set.max_alerts);
  const left = rendering.data.Alerts.length - data.Alerts.length;
  const own = set.payload !== null && set.payload !== undefined;
  const body = own
    ? filled(set.payload, (text) => rendering.text(text))
    : usualBody(notice, data, left);
  return { id: notice.id, url: rendering.text(set.url), body: JSON.stringify(body) };
}

const usualBody = (notice: Notice, data: NoticeData, left: number) => ({
  receiver: data.Receiver,
  status: data.Status,
  alerts: data.Alerts.map(alertBody),
  notification_reason: data.NotificationReason,
  groupLabels: data.GroupLabels,
  commonLabels: data.CommonLabels,
  commonAnnotations: data.CommonAnnotations,
  routeLabels: data.RouteLabels,
  externalURL: data.ExternalURL,
  version: '4',
  groupKey: notice.groupKey,
  truncatedAlerts: left,
});

const alertBody = (alert: AlertData) => ({
  status: alert.Status,
  labels: alert.Labels,
  annotations: alert.Annotations,
  startsAt: alert.StartsAt,
  endsAt: alert.EndsAt,
  generatorURL: alert.GeneratorURL,
  fingerprint: alert.Fingerprint,
});

/** With `max_alerts` the status and what is common are of the alerts that are told. */
function truncated(data: NoticeData, max: number): NoticeData {
  if (max === 0 || data.Alerts.length <= max) return data;
  const Alerts = data.Alerts.slice(0, max);
  return {
    ...data,
    Alerts,
    Status: Alerts.some(({ Status }) => Status === 'firing') ? 'firing' : 'resolved',
    CommonLabels: common(Alerts.map(({ Labels }) => Labels)),
    CommonAnnotations: common(Alerts.map(({ Annotations }) => Annotations)),
  };
}

function common(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value)),
  );
}

function send(message: WebhookMessage, set: WebhookSettings, world: SendWorld) {
  const limit = durationOf(set.timeout) ?? millis(0);
  return talk(settings, set, world, limit, async ({ world: own, tell, hide }) => {
    const url = await needed('the address', message.url, set.url_file, own);
    hide(url);
    if (message.url === '' && url.includes('{{'))
      throw new SendFault('url_file holds a template: write it in url', true);
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': message.id };
    return judge(await tell({ method: 'POST', url, headers, body: message.body }), own.clock.now());
  });
}
