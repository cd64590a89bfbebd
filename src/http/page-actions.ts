import { refusalText } from '../base/refusal.ts';
import type { Assignable } from '../console/act-bar.ts';
import { ACTION_FIELDS, type ActionForm, actionsBody } from '../console/actions-page.ts';
import { fieldLabels } from '../console/form-errors.ts';
import { stretch } from '../console/pager.ts';
import type { Accounts } from '../desk/accounts.ts';
import { type ActionState, listActions } from '../desk/views/memory-lists.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { IncidentId } from '../domain/incident/incident.ts';
import { aboutOf } from '../domain/memory/about.ts';
import { type ActionId, STEPS, type Step, teamOf, teamOwner } from '../domain/memory/action.ts';
import { seeOther } from './answer.ts';
import { actionsFile } from './api/memory.ts';
import { alarmById } from './api/one.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { contextOf, endOfDay, type MemoryPageParts, peopleIn, told } from './page-memory-parts.ts';
import { textOf } from './page-reader.ts';
import { sentence } from './page-silences.ts';
import type { Answer, Asked, Route } from './route.ts';

const ACTION_STATES: readonly ActionState[] = ['open', 'done', 'dropped'];

/** Follow-up work. */
export const actionPages = (parts: MemoryPageParts): Route[] => [
  {
    method: 'GET',
    path: '/actions',
    access: VIEWER,
    summary: 'Follow-up work, the most pressing first.',
    handle: (asked) => showActions(parts, asked, undefined),
  },
  {
    method: 'POST',
    path: '/actions',
    access: OPERATOR,
    summary: 'Adds an action.',
    form: true,
    kept: { labels: fieldLabels(ACTION_FIELDS) },
    handle: (asked) => addAction(parts, asked),
  },
  {
    method: 'POST',
    path: '/actions/:id/end',
    access: OPERATOR,
    summary: 'An action is done, or dropped.',
    form: true,
    handle: (asked) => endAction(parts, asked),
  },
  {
    method: 'POST',
    path: '/actions/:id',
    access: OPERATOR,
    summary: 'Gives an action another owner, day or step.',
    form: true,
    handle: (asked) => changeAction(parts, asked),
  },
  {
    method: 'GET',
    path: '/actions.csv',
    access: VIEWER,
    summary: 'Actions as CSV, as the page shows them, all of them.',
    handle: (asked) => actionsFile(parts, [stateIn(asked)]),
  },
];

const stateIn = (asked: Asked): ActionState =>
  ACTION_STATES.find((s) => s === asked.query.get('show')) ?? 'open';

/** People, then the teams of the configuration. */
const ownersIn = ({ accounts, desk }: MemoryPageParts): readonly Assignable[] => [
  ...peopleIn(accounts),
  ...(desk.memory.get('duties', 'duty')?.duty.teams ?? []).map(({ name }) => ({
    id: teamOwner(name),
    name: `team ${name}`,
  })),
];

const NO_OWNER = 'owner: a person of this desk, or a team, expected';

/** Whether there is such a team the desk says itself. */
const isOwner = (accounts: Accounts, owner: string): boolean =>
  owner === '' || teamOf(owner) !== undefined || accounts.find(owner as UserId) !== undefined;

async function showActions(
  parts: MemoryPageParts,
  asked: Asked,
  typed: ActionForm | undefined,
): Promise<Answer> {
  const { desk, draw } = parts;
  const { memory } = desk;
  const shows = stateIn(asked);
  const counts = { open: 0, done: 0, dropped: 0 };
  for (const one of memory.all('actions')) counts[one.ended?.how ?? 'open']++;
  const begun = typed ?? (await begunAction(parts, asked));
  const view = {
    shows,
    counts,
    actions: stretch(listActions(memory, [shows]), asked.query),
    form: begun,
    isOpened: typed !== undefined || begun.words !== '',
    people: ownersIn(parts),
  };
  const drawn = { title: 'Actions', at: '/actions', status: typed ? 422 : 200 };
  return draw(asked, drawn, (reader) => actionsBody(contextOf(parts), reader, view));
}

/** `?alarm=ID` or `?incident=ID`: what the action follows from. */
async function begunAction({ desk }: MemoryPageParts, asked: Asked): Promise<ActionForm> {
  const [alarm, incident] = [asked.query.get('alarm') ?? '', asked.query.get('incident') ?? ''];
  const held = alarm === '' ? undefined : await alarmById(desk, alarm as AlarmId);
  const trouble = desk.memory.get('incidents', incident);
  const words = held ? `${held.type} on ${held.resource}` : (trouble?.title ?? '');
  const empty = { title: '', detail: '', owner: byOf(asked.actor), dueOn: '', step: 'planned' };
  return { ...empty, alarm: held?.id ?? '', incident: trouble?.id ?? '', words, fault: '' };
}

async function addAction(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const { desk, site, accounts } = parts;
  const [alarm, incident] = [textOf(asked, 'alarm'), textOf(asked, 'incident')];
  const form: ActionForm = {
    title: textOf(asked, 'title'),
    detail: textOf(asked, 'detail'),
    owner: textOf(asked, 'owner'),
    dueOn: textOf(asked, 'dueOn'),
    step: textOf(asked, 'step'),
    ...{ alarm, incident, words: '', fault: '' },
  };
  const faulty = (fault: string) => showActions(parts, asked, { ...form, fault });
  if (!isOwner(accounts, form.owner)) return faulty(NO_OWNER);
  const dueAt = endOfDay(form.dueOn);
  const { refused, made } = await told(parts, asked, {
    verb: 'action.set',
    ...{ title: form.title, detail: form.detail, owner: form.owner as UserId | '' },
    step: (STEPS.find((s) => s === form.step) ?? 'planned') satisfies Step,
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(alarm === '' ? {} : { about: aboutOf(await alarmById(desk, alarm as AlarmId)) }),
    ...(incident === '' ? {} : { incident: incident as IncidentId }),
  });
  if (refused !== undefined) return faulty(sentence(refusalText(refused)));
  return seeOther(`${site.prefix}/actions#${made}`);
}

async function endAction(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const action = (asked.params.id ?? '') as ActionId;
  const how = textOf(asked, 'how') === 'dropped' ? ('dropped' as const) : ('done' as const);
  const act = { verb: 'action.end' as const, action, how, reason: textOf(asked, 'reason') };
  const { refused } = await told(parts, asked, act);
  if (refused !== undefined) {
    const form = await begunAction(parts, asked);
    return showActions(parts, asked, { ...form, fault: sentence(refusalText(refused)) });
  }
  return seeOther(`${parts.site.prefix}/actions`);
}

/** What the form leaves out stays as it is. */
async function changeAction(parts: MemoryPageParts, asked: Asked): Promise<Answer> {
  const { desk, accounts, site } = parts;
  const held = desk.memory.get('actions', asked.params.id ?? '');
  const owner = textOf(asked, 'owner');
  const faulty = async (fault: string) =>
    showActions(parts, asked, { ...(await begunAction(parts, asked)), fault: sentence(fault) });
  if (!held) return faulty('there is no such action');
  if (!isOwner(accounts, owner)) return faulty(NO_OWNER);
  const dueAt = endOfDay(textOf(asked, 'dueOn'));
  const { refused } = await told(parts, asked, {
    verb: 'action.set',
    ...{ action: held.id, title: held.title, detail: held.detail, owner: owner as UserId | '' },
    ...(dueAt === undefined ? {} : { dueAt }),
    step: STEPS.find((s) => s === textOf(asked, 'step')) ?? held.step,
  });
  if (refused !== undefined) return faulty(refusalText(refused));
  return seeOther(`${site.prefix}/actions#${held.id}`);
}
