import assert from 'node:assert/strict';
import type { Instant } from '../../src/base/time.ts';
import type { NoticeData } from '../../src/ports/channel.ts';
import { TemplateError } from '../../src/template/fault.ts';
import {
  parseTemplates,
  renderHtml,
  renderText,
  type TemplateSet,
} from '../../src/template/set.ts';
import type { TemplateFile } from '../../src/template/tree.ts';

const SUMMARY = 'Link <down> & "out"';
const COMMON = { alertname: 'LinkDown', severity: 'critical', site: 'north' };

/** What templates in tests are filled in with. */
export const SAMPLE: NoticeData = {
  Receiver: 'team.ops',
  Status: 'firing',
  NotificationReason: 'first',
  ExternalURL: 'https://desk.example',
  GroupLabels: { alertname: 'LinkDown' },
  CommonLabels: COMMON,
  CommonAnnotations: { summary: SUMMARY },
  RouteLabels: { team: 'core' },
  Alerts: [
    {
      Status: 'firing',
      Labels: { ...COMMON, instance: 'r1:9100' },
      Annotations: { summary: SUMMARY, runbook: 'https://wiki/x?a=1&b=2' },
      StartsAt: '2026-03-01T02:03:04.567Z',
      EndsAt: '0001-01-01T00:00:00Z',
      GeneratorURL: 'http://prom/graph?g0.expr=up%3D%3D0',
      Fingerprint: '0123456789abcdef',
    },
    {
      Status: 'resolved',
      Labels: { ...COMMON, instance: 'r2:9100' },
      Annotations: { summary: SUMMARY },
      StartsAt: '2026-03-01T01:00:00Z',
      EndsAt: '2026-03-01T02:30:00Z',
      GeneratorURL: '',
      Fingerprint: 'fedcba9876543210',
    },
  ],
};

export const OPTIONS = {
  now: Date.UTC(2026, 2, 1, 3) as Instant,
  externalUrl: 'https://desk.example',
};

/** A set of these files that must be without fault. */
export function setOf(...files: readonly TemplateFile[]): TemplateSet {
  const set = parseTemplates(files);
  if ('faults' in set) assert.fail(set.faults.map(({ message }) => message).join('\n'));
  return set;
}

const DEFAULTS = setOf();

export const rendered = (template: string, data = SAMPLE, set = DEFAULTS): string =>
  renderText(set, template, data, OPTIONS);

export const renderedHtml = (template: string, data = SAMPLE, set = DEFAULTS): string =>
  renderHtml(set, template, data, OPTIONS);

/** The message of the fault that rendering as text tells; fails when there is none. */
export function faultOf(template: string, set = DEFAULTS): string {
  try {
    rendered(template, SAMPLE, set);
  } catch (error) {
    assert.ok(error instanceof TemplateError, `${template}: ${error}`);
    return error.message;
  }
  assert.fail(`no fault: ${template}`);
}
