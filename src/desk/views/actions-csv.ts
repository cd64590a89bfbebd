import { csvText } from '../../base/csv.ts';
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
  return csvText(`${HEAD},${HEAD_ENDED}`, rows);
}

const timeOf = (at: Instant | undefined): string => (at === undefined ? '' : instantText(at));
