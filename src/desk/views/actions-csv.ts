import { type Instant, instantText } from '../../base/time.ts';
import type { Action } from '../../domain/memory/action.ts';
import type { NameOf } from './words.ts';

const HEAD =
  'id,step,title,detail,owner,due,opened,open_days,came_back,last_came_back,resource,type';
const HEAD_ENDED = 'decision,incident,ended,ended_at,ended_by,reason';
const DAY_MS = 86_400_000;

/** Actions as a table for a spreadsheet (RFC 4180), in their order. */
export function actionsCsv(actions: readonly Action[], nameOf: NameOf, now: Instant): string {
  const rows = actions.map((a) => {
    const { ended } = a;
    const days = Math.floor(((ended?.at ?? now) - a.at) / DAY_MS);
    return [
      ...[a.id, a.step, a.title, a.detail, a.owner === undefined ? '' : nameOf(a.owner)],
      ...[timeOf(a.dueAt), instantText(a.at), String(days), String(a.recurrences)],
      ...[timeOf(a.raisedAt), a.about?.resource ?? '', a.about?.type ?? ''],
      ...[a.decision ?? '', a.incident ?? '', ended?.how ?? '', timeOf(ended?.at)],
      ...[ended ? nameOf(ended.by) : '', ended?.reason ?? ''],
    ];
  });
  return [`${HEAD},${HEAD_ENDED}`, ...rows.map((row) => row.map(cell).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}

const timeOf = (at: Instant | undefined): string => (at === undefined ? '' : instantText(at));

/** A spreadsheet takes what begins with these for a formula: people's words are none. */
const FORMULA = /^[=+\-@\t\r]/;

function cell(text: string): string {
  const plain = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
