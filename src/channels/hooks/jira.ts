import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import type { Instant } from '../../base/time.ts';
import { durationOf } from '../../net/duration.ts';
import type { HttpReply } from '../../net/http-request.ts';
import { cutPoints, jsonRequest, objectIn } from '../../net/json.ts';
import { answered, judge } from '../../net/judge.ts';
import { filled } from '../../net/payload.ts';
import { httpConfigField, plain, templated } from '../../net/settings.ts';
import type { SendResult } from '../../ports/channel.ts';
import { encoded, hook, type Wire } from './hook.ts';

/** In characters, as Jira counts them. */
export const JIRA_LIMITS = { summary_chars_max: 255, description_chars_max: 32_767 } as const;
const LIST_MAX = 100;
const own = (name: string) => `{{ template "jira.default.${name}" . }}`;

/** A template, or a template and whether it may change an issue that is there. */
const updatable = (description: string, name: string) =>
  Type.Union(
    [
      Type.String({ template: 'text' }),
      Type.Object(
        {
          template: templated('Text.', own(name)),
          enable_update: Type.Boolean({ default: true, description: 'Change it in open issues.' }),
        },
        { additionalProperties: false },
      ),
    ],
    { default: own(name), description },
  );

const settings = Type.Object(
  {
    http_config: httpConfigField,
    api_url: plain('Address of the REST API, as https://x.atlassian.net/rest/api/2.', {
      global: 'jira_api_url',
      format: 'url',
    }),
    api_type: Type.Enum(['auto', 'cloud', 'datacenter'], {
      default: 'auto',
      description: 'Which search is asked; auto: cloud below atlassian.net.',
    }),
    project: templated('Key of the project.'),
    issue_type: templated('Type of new issues.'),
    summary: updatable('Summary.', 'summary'),
    description: updatable('Description; with API version 3 a JSON document.', 'description'),
    labels: Type.Array(Type.String({ template: 'text' }), {
      default: [],
      maxItems: LIST_MAX,
      description: 'Labels.',
    }),
    priority: templated('Name of the priority.', own('priority')),
    reopen_transition: plain('Transition that opens a done issue again; empty: a new issue.'),
    resolve_transition: plain('Transition when all is over; empty: none.'),
    wont_fix_resolution: plain('Issues with this resolution are left alone.'),
    reopen_duration: Type.String({
      default: '0s',
      maxLength: 64,
      format: 'duration',
      description: 'How long after its end an issue is opened again.',
    }),
    fields: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      maxProperties: LIST_MAX,
      template: 'text',
      description: 'Further fields by name.',
    }),
  },
  { additionalProperties: false },
);

interface Issue {
  readonly firing: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly project: string;
  /** Finds the issue of this group again. */
  readonly label: string;
  /** Fields left alone in an issue that is there. */
  readonly kept: readonly string[];
  /** Version 3 wants JSON as description, and this is none. */
  readonly fault: string;
}

export const jira = hook({
  name: 'jira',
  summary: 'Keeps one Jira issue for each group: opens, changes and resolves it.',
  sendResolved: true,
  needs: ['api_url', 'project', 'issue_type'],
  settings,
  globals: Type.Object({
    jira_api_url: plain('Address of Jira’s REST API.'),
  }),
  faults: (set) =>
    durationOf(set.reopen_duration) === undefined
      ? [['reopen_duration', 'a duration such as 1h is expected']]
      : [],
  body({ set, text, data, notice }): Issue {
    const [summary, description] = [partOf(set.summary), partOf(set.description)];
    const label = `ALERT{${createHash('sha256').update(notice.groupKey).digest('hex')}}`;
    const priority = text(set.priority);
    const project = text(set.project);
    const words = cutPoints(text(description.template), JIRA_LIMITS.description_chars_max);
    const version3 = /\/3\/*$/.test(set.api_url);
    const document = version3 ? documentIn(words) : words;
    const custom = Object.entries(set.fields).map(([name, value]) => [name, filled(value, text)]);
    return {
      firing: data.Status === 'firing',
      project,
      label,
      kept: [
        ...(summary.enable_update ? [] : ['summary']),
        ...(description.enable_update ? [] : ['description']),
      ],
      fault: words.trim() !== '' && document === undefined ? 'description: JSON is expected' : '',
      fields: {
        project: { key: project },
        issuetype: { name: text(set.issue_type) },
        summary: cutPoints(text(summary.template), JIRA_LIMITS.summary_chars_max),
        ...(words.trim() !== '' && document !== undefined && { description: document }),
        labels: [...set.labels.map(text), label].sort(),
        ...(priority && { priority: { name: priority } }),
        ...Object.fromEntries(custom),
      },
    };
  },
  async send(issue, on): Promise<SendResult> {
    if (issue.fault) return { is: 'never', why: issue.fault };
    const now = on.world.clock.now();
    const found = await search(issue, on);
    if ('is' in found) return found;
    if (!found.key && !issue.firing)
      return { is: 'sent', detail: 'all is over, and no issue is open' };
    const written = await write(issue, found, on);
    const result = verdict(written, now);
    return result.is === 'sent' && found.key
      ? ((await transition(issue, found, on)) ?? result)
      : result;
  },
});

type Part = { readonly template: string; readonly enable_update: boolean };
const partOf = (given: string | Part): Part =>
  typeof given === 'string' ? { template: given, enable_update: true } : given;

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Spoken = Wire<{
  readonly api_url: string;
  readonly api_type: string;
  readonly reopen_transition: string;
  readonly resolve_transition: string;
  readonly wont_fix_resolution: string;
  readonly reopen_duration: string;
}>;
interface Found {
  readonly key: string;
  readonly done: boolean;
}

const ask = (method: 'GET' | 'POST' | 'PUT', url: string, body: unknown, on: Spoken) => {
  const request = jsonRequest(method, url, body === undefined ? '' : JSON.stringify(body), on.id);
  return on.tell({ ...request, headers: { ...request.headers, 'Accept-Language': 'en' } });
};
const under = (path: string, { set }: Spoken): string =>
  `${set.api_url.replace(/\/*$/, '')}/${path}`;

/** The words of JQL in quotes. */
const quoted = (text: string): string =>
  `"${text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}+/gu, ' ')}"`;

function queryFor({ firing, project, label }: Issue, { set }: Spoken): string {
  const minutes = Math.floor((durationOf(set.reopen_duration) ?? 0) / 60_000);
  const again = firing && set.reopen_transition !== '' && minutes > 0;
  const resolution = quoted(set.wont_fix_resolution);
  return [
    ...(set.wont_fix_resolution
      ? [`(resolution is EMPTY or resolution != ${resolution})`] // != alone leaves out open ones
      : []),
    again
      ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)`
      : 'statusCategory != Done',
    `project=${quoted(project)}`,
    `labels=${quoted(label)} order by status ASC,resolutiondate DESC`,
  ].join(' and ');
}

/** The issue of the group; an empty key when there is none. */
async function search(issue: Issue, on: Spoken): Promise<Found | SendResult> {
  const { set } = on;
  const host = URL.canParse(set.api_url) ? new URL(set.api_url).hostname : '';
  const cloud =
    set.api_type === 'cloud' || (set.api_type === 'auto' && /(^|\.)atlassian\.net$/.test(host));
  // The cloud has only the newer search, and only under version 3.
  const url = cloud
    ? under('search/jql', on).replace('/rest/api/2/', '/rest/api/3/')
    : under('search', on);
  const query = { jql: queryFor(issue, on), maxResults: 2, fields: ['status'] };
  const reply = await ask('POST', url, query, on);
  const judged = verdict(reply, on.world.clock.now());
  if (judged.is !== 'sent') return judged;
  const issues = objectIn(reply)?.issues;
  if (!Array.isArray(issues)) return { is: 'later', why: answered(reply, 'no list of issues') };
  const [first] = issues as readonly {
    key?: unknown;
    fields?: { status?: { statusCategory?: { key?: unknown } } };
  }[];
  const key = typeof first?.key === 'string' ? first.key : '';
  return { key, done: first?.fields?.status?.statusCategory?.key === 'done' };
}

function write({ fields, kept }: Issue, { key }: Found, on: Spoken): Promise<HttpReply> {
  if (!key) return ask('POST', under('issue', on), { fields }, on);
  const some = Object.entries(fields).filter(([name]) => !kept.includes(name));
  const changed = { fields: Object.fromEntries(some) };
  return ask('PUT', under(`issue/${encoded(key)}`, on), changed, on);
}

/** Opens or resolves the issue, when it is not so already; undefined when nothing is to be done. */
async function transition(
  { firing }: Issue,
  { key, done }: Found,
  on: Spoken,
): Promise<SendResult | undefined> {
  const name = firing ? on.set.reopen_transition : on.set.resolve_transition;
  if (name === '' || firing !== done) return undefined;
  const url = under(`issue/${encoded(key)}/transitions`, on);
  const reply = await ask('GET', url, undefined, on);
  const now = on.world.clock.now();
  const judged = verdict(reply, now);
  if (judged.is !== 'sent') return judged;
  const list = objectIn(reply)?.transitions;
  const all = (Array.isArray(list) ? list : []) as readonly { id?: unknown; name?: unknown }[];
  const id = all.find((one) => one.name === name)?.id;
  if (id === undefined) return { is: 'never', why: `issue ${key} has no transition "${name}" now` };
  return verdict(await ask('POST', url, { transition: { id } }, on), now);
}

/** Jira explains a refusal in two lists. */
function verdict(reply: HttpReply, now: Instant): SendResult {
  const common = judge(reply, now);
  if (common.is !== 'never') return common;
  const { errorMessages, errors } = objectIn(reply) ?? {};
  const messages = Array.isArray(errorMessages) ? errorMessages.map(String) : [];
  const named = Object.entries((errors ?? {}) as object).map(([field, why]) => `${field}: ${why}`);
  return { is: 'never', why: answered(reply, [...messages, ...named].join('; ') || reply.body) };
}
