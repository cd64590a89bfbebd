import { offsetsOf } from '../base/zones.ts';
import { CALENDAR_FIELDS, type CalendarForm, calendarBody } from '../console/calendar-page.ts';
import { fieldLabels } from '../console/form-errors.ts';
import type { ThingKey } from '../domain/inventory/thing.ts';
import { byOf, OPERATOR } from './api/parts.ts';
import { CALENDAR_BYTES_MAX, handIn } from './calendar-door.ts';
import { field } from './page-reader.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import { readLines } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

const AT = '/maintenance/import';

/** Planned work from a calendar. It works without scripts. */
export const calendarPages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: OPERATOR,
    summary: 'A form for a calendar of planned work.',
    handle: (asked) => show(parts, asked, EMPTY),
  },
  {
    method: 'POST',
    path: AT,
    access: OPERATOR,
    summary: 'Says what comes of a calendar, or takes it.',
    form: true,
    bodyBytesMax: CALENDAR_BYTES_MAX,
    kept: { labels: fieldLabels(CALENDAR_FIELDS) },
    handle: (asked) => pressed(parts, asked),
  },
];

const EMPTY: CalendarForm = {
  ...{ text: '', matchers: '', things: '', zone: 'UTC', fault: '' },
  ...{ compared: undefined, isDone: false },
};

const show = (
  { site, draw, desk }: RoutingPageParts,
  asked: Asked,
  form: CalendarForm,
  status = 200,
): Answer =>
  draw(asked, { title: 'Import a calendar', at: '/maintenance', status }, (reader) =>
    calendarBody(site, reader, form, desk.clock.now()),
  );

async function pressed(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk } = parts;
  const typed = (name: string): string => field(asked.json, name).trim();
  const form: CalendarForm = {
    ...EMPTY,
    ...{ text: field(asked.json, 'text'), matchers: typed('matchers'), things: typed('things') },
    zone: typed('zone') || 'UTC',
  };
  const faulty = (fault: string) => show(parts, asked, { ...form, fault }, 422);
  if (form.text.trim() === '') return faulty('text: paste a calendar');
  const read = form.matchers === '' ? [] : readLines(form.matchers);
  if (typeof read === 'string') return faulty(`matchers: ${read}`);
  const matchers = read.map(({ name, op, value }) => ({ name, op, value }));
  const things = form.things.split(/\s+/).filter((key) => key !== '');
  const stranger = things.find((key) => !desk.memory.inventory.graph.node(key as ThingKey));
  if (stranger !== undefined) return faulty(`things: the inventory knows no ${stranger}`);
  const { text, zone } = form;
  if (!offsetsOf(zone)) return faulty(`zone: one such as Europe/Vienna expected, not ${zone}`);
  const isDone = field(asked.json, 'does') === 'import';
  const wanted = { matchers, things, owner: '' };
  const compared = await handIn(desk, { text, zone, wanted }, byOf(asked.actor), !isDone);
  return show(parts, asked, { ...form, compared, isDone });
}
