import type { Static } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { instantText } from '../../base/time.ts';
import type { SourceText } from '../../desk/tables.ts';
import { shortId, TRIAL_INPUTS_MAX, trialInputs, tryRules } from '../../desk/views/rules-trial.ts';
import { textsOf } from '../../desk/views/source-rules.ts';
import { json } from '../answer.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { somebodyJson } from './drawn.ts';
import { onceOf } from './once.ts';
import { ADMIN, API, type ApiParts, byOf, OPERATOR } from './parts.ts';
import {
  anewShape,
  dropBody,
  droppedShape,
  inputJson,
  inputsShape,
  RULES_DOOR_LIMITS,
  readBody,
  rulesShape,
  saveBody,
  savedTextShape,
  triedJson,
  triedShape,
  tryBody,
} from './rules-shapes.ts';

const SOURCE = `${API}/sources/:name`;
const bodyBytesMax = RULES_DOOR_LIMITS.body_bytes_max;

/** People's own rules of a source, what they are tried on, and what nobody understood. */
export const rulesRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${SOURCE}/rules`,
    access: OPERATOR,
    summary: 'The rules of a source that hold, an example, and the last texts.',
    answerSchema: rulesShape,
    handle: (asked) => rulesAnswer(parts, asked),
  },
  {
    method: 'GET',
    path: `${SOURCE}/rules/:id`,
    access: OPERATOR,
    summary: 'One of the last texts of rules, to look at or to save again.',
    answerSchema: savedTextShape,
    handle: (asked) => {
      const name = sourceOf(parts, asked);
      const texts = textsOf(parts.desk.memory, name);
      const found = texts.find(({ id }) => shortId(id) === asked.params.id);
      if (!found) throw new DeskError('NOT_FOUND', { what: `text ${asked.params.id ?? ''}` });
      return json(200, { ...savedJson(parts, found, texts[0]?.id), text: found.text });
    },
  },
  {
    method: 'PUT',
    path: `${SOURCE}/rules`,
    access: ADMIN,
    summary: 'Saves a text of rules: it holds from the next input on.',
    bodyBytesMax,
    bodySchema: saveBody,
    answerSchema: rulesShape,
    handle: (asked) => save(parts, asked),
  },
  {
    method: 'POST',
    path: `${SOURCE}/rules/try`,
    access: OPERATOR,
    summary: 'Says what inputs become now, and what they would become. Changes nothing.',
    bodyBytesMax,
    bodySchema: tryBody,
    answerSchema: triedShape,
    handle: (asked) => tried(parts, asked),
  },
  {
    method: 'GET',
    path: `${SOURCE}/seen`,
    access: OPERATOR,
    summary: 'What a source received lately: the last different inputs, without their secrets.',
    answerSchema: inputsShape,
    handle: (asked) => {
      const all = trialInputs(parts.rules, sourceOf(parts, asked));
      return json(200, { items: all.filter(({ kept }) => !kept).map(inputJson) });
    },
  },
  ...unreadRoutes(parts),
];

const unreadRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${SOURCE}/unread`,
    access: OPERATOR,
    summary: 'Inputs that nobody understood and that wait for rules, newest first.',
    answerSchema: inputsShape,
    handle: (asked) => {
      const all = trialInputs(parts.rules, sourceOf(parts, asked));
      return json(200, { items: all.filter(({ kept }) => kept).map(inputJson) });
    },
  },
  {
    method: 'POST',
    path: `${SOURCE}/unread/read`,
    access: ADMIN,
    summary: 'Reads kept inputs anew, oldest first; what is understood leaves the queue.',
    bodyBytesMax,
    bodySchema: readBody,
    answerSchema: anewShape,
    handle: async (asked) => {
      const name = sourceOf(parts, asked);
      const { ids } = asked.json as Static<typeof readBody>;
      const wanted = ids && new Set(ids.map((id) => `${name}/${id}`));
      return json(200, await parts.rules.readAnew(name, byOf(asked.actor), wanted));
    },
  },
  {
    method: 'POST',
    path: `${SOURCE}/unread/drop`,
    access: ADMIN,
    summary: 'Takes kept inputs out of the queue, unread.',
    bodyBytesMax,
    bodySchema: dropBody,
    answerSchema: droppedShape,
    handle: (asked) => drop(parts, asked),
  },
];

function sourceOf({ rules }: ApiParts, { params: { name = '' } }: Asked): string {
  if (!rules.has(name)) throw new DeskError('NOT_FOUND', { what: `source ${name} with rules` });
  return name;
}

const savedJson = (parts: ApiParts, saved: SourceText, held: string | undefined) => ({
  id: shortId(saved.id),
  at: instantText(saved.at),
  by: somebodyJson(parts, saved.by),
  why: saved.why,
  inForce: saved.id === held,
});

function rulesAnswer(parts: ApiParts, asked: Asked): Answer {
  const { rules, desk } = parts;
  const source = sourceOf(parts, asked);
  const texts = textsOf(desk.memory, source);
  const [held] = texts;
  return json(200, {
    source,
    id: held ? shortId(held.id) : '',
    text: held?.text ?? '',
    example: rules.example(source) ?? '',
    saved: texts.map((saved) => savedJson(parts, saved, held?.id)),
    unread: rules.unread(source).length,
  });
}

async function save(parts: ApiParts, asked: Asked): Promise<Answer> {
  const { desk, rules } = parts;
  const source = sourceOf(parts, asked);
  const { text, why, basedOn } = asked.json as Static<typeof saveBody>;
  const faults = rules.check(source, text);
  const [first] = faults;
  if (first) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
    const { status, message: title, code } = new DeskError('RULES_INVALID', { count, ...first });
    const body = { type: `/errors#${code}`, title, status, code, reference: asked.reference };
    const headers = { 'content-type': 'application/problem+json' };
    return json(status, { ...body, faults }, headers);
  }
  const by = byOf(asked.actor);
  const from = basedOn === undefined ? {} : { basedOn: basedOn && `${source}/${basedOn}` };
  const act = { verb: 'source.rules' as const, source, text, why, ...from };
  const { refused } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return rulesAnswer(parts, asked);
}

function tried(parts: ApiParts, asked: Asked): Answer {
  const { rules, clock } = parts;
  const source = sourceOf(parts, asked);
  const { text, samples, inputs = [] } = asked.json as Static<typeof tryBody>;
  const wanted = samples && new Set(samples);
  const known = trialInputs(rules, source).filter(({ id }) => wanted?.has(id) ?? true);
  const given = inputs.map(({ body, contentType = '', from = '', params }, i) => {
    const input = { body, contentType, from, ...(params ? { params } : {}) };
    return { id: `i${i}`, at: clock.now(), input, shown: body, kept: undefined };
  });
  const on = [...given, ...known].slice(0, TRIAL_INPUTS_MAX);
  const results = tryRules(rules, source, text, on).map(triedJson);
  return json(200, { faults: rules.check(source, text), results });
}

async function drop(parts: ApiParts, asked: Asked): Promise<Answer> {
  const source = sourceOf(parts, asked);
  const { ids, why } = asked.json as Static<typeof dropBody>;
  const wanted = new Set(ids.map((id) => `${source}/${id}`));
  const inputs = parts.rules.unread(source).filter(({ id }) => wanted.has(id));
  if (inputs.length === 0) throw new DeskError('NOT_FOUND', { what: 'such kept input' });
  const by = byOf(asked.actor);
  const act = { verb: 'source.unread' as const, source, how: 'dropped' as const, why };
  const taken = inputs.map(({ id, position }) => ({ id, position }));
  const { made } = await parts.desk.act(by, { ...act, inputs: taken }, onceOf(by, asked));
  return json(200, { dropped: Number(made) });
}
