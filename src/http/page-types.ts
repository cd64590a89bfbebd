import { refusalText } from '../base/refusal.ts';
import { millis } from '../base/time.ts';
import { fieldLabels } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import { BLANK_TYPE, TYPE_FIELDS, type TypeForm, typesBody } from '../console/types-page.ts';
import { listTypes } from '../desk/views/types.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { recordId, type TypeRecord, type WantedRecord } from '../domain/inventory/alarm-type.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { field, fields } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import { FORM_BYTES_MAX, sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const AT = '/types';

const DONE: Readonly<Record<string, string>> = {
  saved: 'It is written down, and stands on the page of every such alarm.',
  removed: 'What was said of it is gone.',
};

/** The page of types of alarms, and its forms. It works without scripts. */
export const typePages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Types of alarms: what each means, and which nobody described yet.',
    handle: (asked) => show(parts, asked, formOf(parts, asked)),
  },
  {
    method: 'POST',
    path: AT,
    access: OPERATOR,
    summary: 'Writes down what was decided about a type.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(TYPE_FIELDS) },
    handle: (asked) => save(parts, asked),
  },
  {
    method: 'POST',
    path: `${AT}/remove`,
    access: OPERATOR,
    summary: 'Takes back what was said of a type.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => {
      const id = field(asked.json, 'id');
      const reason = field(asked.json, 'reason').trim();
      const once = formOnce(asked, ['type.remove', id, reason]);
      const act = { verb: 'type.remove', id, reason } as const;
      const { refused } = await parts.desk.act(byOf(asked.actor), act, once);
      if (refused === undefined) return seeOther(`${parts.site.prefix}${AT}?done=removed`);
      return show(parts, asked, { ...BLANK_TYPE, fault: sentence(refusalText(refused)) }, 422);
    },
  },
];

async function show(
  { desk, site, accounts, draw }: RoutingPageParts,
  asked: Asked,
  form: TypeForm | undefined,
  status = 200,
): Promise<Answer> {
  const { memory, clock } = desk;
  const all = await runSliced(listTypes(memory));
  const view = {
    ...{ types: stretch(all, asked.query), form, now: clock.now() },
    open: all.filter((one) => !one.record && one.special.length === 0).length,
    isKnown: form !== undefined && memory.get('types', idOf(form)) !== undefined,
    done: DONE[asked.query.get('done') ?? ''] ?? '',
    nameOf: (id: UserId): string => accounts.name(id),
  };
  const drawn = { title: 'Types of alarms', at: AT, status };
  return draw(asked, drawn, (reader) => typesBody(site, reader, view));
}

const idOf = ({ type, qualifier }: TypeForm): string => recordId(type, qualifier);

/** `?type=link.down` with what is said of it already, if anything. */
function formOf({ desk }: RoutingPageParts, { query }: Asked): TypeForm | undefined {
  const type = query.get('type');
  if (type === null) return undefined;
  const asked = { ...BLANK_TYPE, type, qualifier: query.get('qualifier') ?? '' };
  const record = desk.memory.get('types', idOf(asked));
  return record ? filled(record) : asked;
}

const inUnits = (length: number | undefined, ms: number): string =>
  length === undefined ? '' : String(length / ms);

const filled = (record: TypeRecord): TypeForm => ({
  ...BLANK_TYPE,
  ...{ type: record.type, qualifier: record.qualifier, meaning: record.meaning },
  ...{ action: record.action, consequence: record.consequence, owner: record.owner },
  ...{ runbook: record.runbook, reason: record.reason, severities: record.severities },
  respondWithin: inUnits(record.respondWithin, 60_000),
  onDelay: inUnits(record.onDelay, 1_000),
  offDelay: inUnits(record.offDelay, 1_000),
  willClear: record.willClear === undefined ? '' : record.willClear ? 'yes' : 'no',
});

function typed({ json }: Asked): TypeForm {
  const text = (name: string): string => field(json, name).trim();
  return {
    ...{ type: text('type'), qualifier: text('qualifier'), meaning: text('meaning') },
    ...{ action: text('action'), consequence: text('consequence'), owner: text('owner') },
    ...{ runbook: text('runbook'), reason: text('reason'), willClear: text('willClear') },
    ...{ respondWithin: text('respondWithin'), onDelay: text('onDelay') },
    ...{ offDelay: text('offDelay'), severities: fields(json, 'severities'), fault: '' },
  };
}

/** The record a form wants; a text says which field is no number. */
function recordIn(form: TypeForm): WantedRecord | string {
  const { type, qualifier, meaning, action, consequence, owner, runbook, reason } = form;
  const lengths: Record<string, number> = {};
  for (const [name, value, ms] of [
    ['respondWithin', form.respondWithin, 60_000],
    ['onDelay', form.onDelay, 1_000],
    ['offDelay', form.offDelay, 1_000],
  ] as const) {
    if (value === '') continue;
    const length = Math.round(Number(value) * ms);
    if (!Number.isFinite(length)) return `${name}: a number expected`;
    lengths[name] = millis(length);
  }
  return {
    ...{ type, qualifier, meaning, action, consequence, owner, runbook, reason, ...lengths },
    severities: SEVERITIES.filter((one) => form.severities.includes(one)),
    ...(form.willClear === '' ? {} : { willClear: form.willClear === 'yes' }),
  };
}

async function save(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const form = typed(asked);
  const faulty = (fault: string): Promise<Answer> =>
    show(parts, asked, { ...form, fault: sentence(fault) }, 422);
  const record = recordIn(form);
  if (typeof record === 'string') return faulty(record);
  const once = formOnce(asked, ['type.set', JSON.stringify(record)]);
  const act = { verb: 'type.set', record } as const;
  const { refused } = await parts.desk.act(byOf(asked.actor), act, once);
  if (refused !== undefined) return faulty(refusalText(refused));
  return seeOther(`${parts.site.prefix}${AT}?done=saved`);
}
