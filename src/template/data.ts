import type { AlertData, NoticeData } from '../ports/channel.ts';
import { timeFromWire, ZERO_NS } from './time.ts';
import { Dict, List, Struct, Time } from './value.ts';

/** A notice as templates compute with it; times become times. */
export function dataValue(data: NoticeData): Struct {
  return new Struct('template.Data', {
    Receiver: data.Receiver,
    Status: data.Status,
    Alerts: new List('template.Alerts', data.Alerts.map(alertValue)),
    NotificationReason: data.NotificationReason,
    GroupLabels: kv(data.GroupLabels),
    CommonLabels: kv(data.CommonLabels),
    CommonAnnotations: kv(data.CommonAnnotations),
    RouteLabels: kv(data.RouteLabels),
    ExternalURL: data.ExternalURL,
    ...(data.Page ? { Page: kv(data.Page) } : {}),
  });
}

function alertValue(alert: AlertData): Struct {
  return new Struct('template.Alert', {
    Status: alert.Status,
    Labels: kv(alert.Labels),
    Annotations: kv(alert.Annotations),
    StartsAt: timeFromWire(alert.StartsAt) ?? new Time(ZERO_NS),
    EndsAt: timeFromWire(alert.EndsAt) ?? new Time(ZERO_NS),
    GeneratorURL: alert.GeneratorURL,
    Fingerprint: alert.Fingerprint,
  });
}

const kv = (entries: Readonly<Record<string, string>>): Dict =>
  new Dict('template.KV', Object.entries(entries));
