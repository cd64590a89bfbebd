import { randomUUID } from 'node:crypto';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { after, minutes } from '../base/time.ts';
import { fieldLabels } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import {
  quietNow,
  SILENCE_FIELDS,
  type SilenceForm,
  type SilencePreview,
  SPAN_DEFAULT,
  silencesBody,
} from '../console/silences-page.ts';
import { type Hides, hiddenBySilences, wouldHide } from '../desk/views/silenced.ts';
import { countSilences, listSilences } from '../desk/views/silences.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import { alertLabels } from '../domain/alarm/as-alert.ts';
import { type Matcher, matcherText, parseMatchers } from '../domain/alarm/matcher.ts';
import { changeSilence, type SilenceId, silenceState } from '../domain/routing/silence.ts';
import { json, seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { field, fields } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

export const FORM_BYTES_MAX = 262_144;
/** Alarms a form may be made from; more have hardly a label in common. */
export const ALARMS_MAX = 100;
const EXAMPLES_MAX = 10;
/** Of an address: longer texts are counted by the button. */
const MATCHERS_CHARS_MAX = 4_096;

const DONE: Readonly<Record<string, string>> = {
  made: 'The silence is made: nobody is notified of what fits it. The alarms stay on the list.',
  changed: 'The silence is changed.',
  ended: 'The silence has ended: what it kept quiet is told with the next look at its group.',
};

/** The page of silences and its forms. */
export const silencePages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: '/silences',
    access: VIEWER,
    summary: 'Silences: what each keeps quiet, by whom, why, and until when.',
    handle: (asked) => show(parts, asked, formOf(parts, asked)),
  },
  {
    method: 'POST',
    path: '/silences',
    access: OPERATOR,
    summary: 'Makes or changes a silence, or shows what it would keep quiet.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    kept: { labels: fieldLabels(SILENCE_FIELDS) },
    handle: (asked) => save(parts, asked),
  },
  {
    method: 'GET',
    path: '/silences/count',
    access: VIEWER,
    summary: 'Of how many alarms nobody would be notified by these matchers, while they are typed.',
    handle: async ({ query }) => {
      const text = (query.get('matchers') ?? '').slice(0, MATCHERS_CHARS_MAX);
      const matchers = readLines(text);
      if (typeof matchers === 'string') return json(200, { fault: matchers });
      if (matchers.length === 0) return json(200, { fault: '' });
      return json(200, { says: quietNow((await previewOf(parts, matchers)).count) });
    },
  },
  {
    method: 'POST',
    path: '/silences/from',
    access: OPERATOR,
    summary: 'Begins a silence with what the chosen alarms have in common.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: ({ json }) => {
      const ids = fields(json, 'on').map((on) => on.split('.')[0] ?? '');
      const query = new URLSearchParams(
        ids.slice(0, ALARMS_MAX).map((id): [string, string] => ['alarm', id]),
      );
      return seeOther(`${parts.site.prefix}/silences?${query}#silence`);
    },
  },
  {
    method: 'POST',
    path: '/silences/:id/expire',
    access: OPERATOR,
    summary: 'Ends a silence now.',
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => {
      const silence = (asked.params.id ?? '') as SilenceId;
      const act = { verb: 'silence.expire', silence } as const;
      const once = formOnce(asked, ['expire', silence]);
      const { refused } = await parts.desk.act(byOf(asked.actor), act, once);
      if (refused !== undefined)
        return show(
          parts,
          asked,
          faulty(EMPTY, refusalText(refused)),
          refusalFailure(refused).status,
        );
      return seeOther(`${parts.site.prefix}/silences?done=ended`);
    },
  },
];

async function show(
  { desk, site, accounts, draw }: RoutingPageParts,
  asked: Asked,
  form: SilenceForm | undefined,
  status = 200,
): Promise<Answer> {
  const { memory, clock } = desk;
  const now = clock.now();
  const shows = asked.query.get('show') === 'expired' ? 'expired' : 'current';
  const current = shows === 'current';
  const wanted = { active: current, pending: current, expired: !current, matchers: [] };
  const counts = countSilences(memory, now);
  const hides =
    current && counts.active > 0
      ? await runSliced(hiddenBySilences(memory, now))
      : new Map<string, Hides>();
  const view = {
    shows,
    counts,
    silences: stretch(listSilences(memory, now, wanted), asked.query),
    hides,
    form,
    done: DONE[asked.query.get('done') ?? ''] ?? '',
    nameOf: (id: UserId): string => accounts.name(id),
    now,
  } as const;
  const drawn = { title: 'Silences', at: '/silences', status };
  return draw(asked, drawn, (reader) => silencesBody(site, reader, view));
}

const EMPTY: SilenceForm = {
  id: '',
  matchers: '',
  comment: '',
  span: SPAN_DEFAULT,
  endsAt: undefined,
  from: 0,
  fault: '',
  preview: undefined,
};

const faulty = (form: SilenceForm, fault: string): SilenceForm => ({ ...form, fault });

/** `?alarm=ID` begins with what these alarms have in common, `?edit=ID` with a silence. */
function formOf({ desk }: RoutingPageParts, asked: Asked): SilenceForm | undefined {
  const { memory, clock } = desk;
  const edit = asked.query.get('edit');
  const old = edit === null ? undefined : memory.get('silences', edit);
  if (edit !== null && !old) return faulty(EMPTY, 'That silence is no longer kept.');
  if (old) {
    const past = silenceState(old, clock.now()) === 'expired';
    return {
      ...EMPTY,
      id: past ? '' : old.id,
      matchers: old.matchers.map(matcherText).join('\n'),
      comment: old.comment,
      span: past ? SPAN_DEFAULT : '',
      endsAt: past ? undefined : old.endsAt,
    };
  }
  const ids = asked.query.getAll('alarm').slice(0, ALARMS_MAX);
  if (ids.length === 0) return undefined;
  const alarms = ids.flatMap((id) => memory.get('alarms', id) ?? []);
  if (alarms.length === 0) return faulty(EMPTY, 'These alarms left the desk’s memory.');
  const matchers = inCommon(alarms);
  const form = { ...EMPTY, matchers: matchers.join('\n'), from: alarms.length };
  return matchers.length > 0
    ? form
    : faulty(form, 'These alarms have no label in common: write what fits them all.');
}

export function inCommon(alarms: readonly Alarm[]): readonly string[] {
  const [first, ...others] = alarms.map(alertLabels);
  return Object.entries(first ?? {})
    .filter(([name, value]) => value !== '' && others.every((labels) => labels[name] === value))
    .map(([name, value]) => matcherText({ name, op: '=', value }));
}

async function save(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, accounts, site } = parts;
  const { memory, clock } = desk;
  const form = typed(asked);
  const by = byOf(asked.actor);
  const now = clock.now();
  const matchers = readLines(form.matchers);
  if (typeof matchers === 'string')
    return show(parts, asked, faulty(form, `matchers: ${matchers}`), 422);
  const old = form.id === '' ? undefined : memory.get('silences', form.id);
  const endsAt = form.span === '' && old ? old.endsAt : after(now, minutes(Number(form.span)));
  const shown: SilenceForm = old ? { ...form, endsAt: old.endsAt } : form;
  const wanted = {
    ...(form.id === '' ? {} : { silence: form.id as SilenceId }),
    newId: randomUUID() as string as SilenceId,
    matchers: matchers.map(({ name, op, value }) => ({ name, op, value })),
    startsAt: old && silenceState(old, now) !== 'expired' ? old.startsAt : now,
    endsAt,
    createdBy: old?.createdBy ?? accounts.name(by),
    comment: form.comment.trim(),
    annotations: old?.annotations ?? {},
  };
  const tried = changeSilence(old, { ...wanted, by }, now);
  if (!tried.ok)
    return show(parts, asked, faulty(shown, sentence(refusalText(tried.refused))), 422);
  if (field(asked.json, 'does') === 'preview') {
    const preview = await previewOf(parts, matchers);
    return show(parts, asked, { ...shown, preview });
  }
  if (wanted.comment === '') {
    return show(parts, asked, faulty(shown, 'comment: say it, a silence has one'), 422);
  }
  const said = [form.id, ...matchers.map(matcherText), wanted.comment, form.span];
  const { refused } = await desk.act(by, { verb: 'silence.set', ...wanted }, formOnce(asked, said));
  if (refused !== undefined)
    return show(
      parts,
      asked,
      faulty(shown, sentence(refusalText(refused))),
      refusalFailure(refused).status,
    );
  return seeOther(`${site.prefix}/silences?done=${form.id === '' ? 'made' : 'changed'}`);
}

function typed({ json }: Asked): SilenceForm {
  const span = field(json, 'for');
  const isLength = /^\d{1,6}$/.test(span) && Number(span) > 0;
  const id = field(json, 'id');
  return {
    ...EMPTY,
    id,
    matchers: field(json, 'matchers').trim(),
    comment: field(json, 'comment'),
    span: isLength || (span === '' && id !== '') ? span : SPAN_DEFAULT,
  };
}

/** One matcher a line, or several with commas between; a text says what is wrong. */
export function readLines(text: string): readonly Matcher[] | string {
  const matchers: Matcher[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const read = parseMatchers(line.trim());
    if ('error' in read) return `This line cannot be read: ${line.trim()} (${read.error}).`;
    matchers.push(...read);
  }
  return matchers;
}

async function previewOf(
  { desk }: RoutingPageParts,
  matchers: readonly Matcher[],
): Promise<SilencePreview> {
  const { count, examples } = await runSliced(wouldHide(desk.memory, matchers, EXAMPLES_MAX));
  return {
    count,
    examples: examples.map(({ id, resource, type, text }) => ({ id, resource, type, text })),
  };
}

export const sentence = (why: string): string =>
  `${why.charAt(0).toUpperCase()}${why.slice(1).replace(/\.$/, '')}.`;
