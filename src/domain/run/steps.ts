import { commandOf } from './command-block.ts';
import { pageOf, secondsOf } from './page-block.ts';
import {
  type BlockLine,
  type HttpStep,
  namesIn,
  RUNBOOK_LIMITS,
  type RunbookFault,
  type RunbookStep,
  type Say,
  SECRET_PREFIX,
} from './runbook.ts';

const most = RUNBOOK_LIMITS;

interface Body {
  readonly title: string;
  readonly says: string;
  readonly steps: readonly RunbookStep[];
  readonly lines: readonly number[];
}

/** A heading of level 2 and what stands below it. */
interface Part {
  readonly title: string;
  readonly line: number;
  readonly lines: readonly BlockLine[];
}

/**
 * The Markdown of a runbook below its front matter: title and steps. Total: whatever is wrong comes
 * back as faults. `first` is the number of its first line in the file.
 */
export function readSteps(
  markdown: string,
  first: number,
  parameters: ReadonlySet<string>,
): Body | { readonly faults: readonly RunbookFault[] } {
  const faults: RunbookFault[] = [];
  const say: Say = (line, why) => void faults.push({ line, why });
  const { head, parts } = partsOf(markdown, first);
  const at = head.lines.findIndex(([, text]) => /^# +\S/.test(text));
  const title = (head.lines[at]?.[1] ?? '').replace(/^# +/, '').trim();
  if (at < 0) say(first, 'a heading is missing above the first step: # What it is for');
  if (title.length > most.title_chars_max)
    say(head.lines[at]?.[0] ?? first, `a heading has at most ${most.title_chars_max} characters`);
  if (parts.length === 0) say(first, 'there is no step: each is a heading such as ## Look at it');
  if (parts.length > most.steps_max)
    say(parts[most.steps_max]?.line ?? first, `at most ${most.steps_max} steps`);
  const says = shorter(textOf(head.lines.slice(at + 1)), first, say);
  const steps = parts.slice(0, most.steps_max).map((part) => stepOf(part, parameters, say));
  const lines = parts.map((part) => blockLine(part));
  return faults.length > 0 ? { faults } : { title, says, steps, lines };
}

/** Where a step says what it does: its block, or its heading. */
const blockLine = ({ line, lines }: Part): number =>
  lines.find(([, text]) => text.startsWith('```'))?.[0] ?? line;

/** Headings inside fenced blocks are none. */
function partsOf(markdown: string, first: number): { head: Part; parts: readonly Part[] } {
  const head = { title: '', line: first, lines: [] as [number, string][] };
  const parts: (typeof head)[] = [];
  let isFenced = false;
  for (const [i, text] of markdown.split('\n').entries()) {
    const line = first + i;
    const heading = isFenced ? undefined : /^## +(\S.*)$/.exec(text)?.[1];
    if (text.startsWith('```')) isFenced = !isFenced;
    if (heading !== undefined) parts.push({ title: heading.trim(), line, lines: [] });
    else (parts.at(-1) ?? head).lines.push([line, text]);
  }
  return { head, parts };
}

const textOf = (lines: Part['lines']): string =>
  lines
    .map(([, text]) => text)
    .join('\n')
    .trim();

function shorter(text: string, line: number, say: Say): string {
  if (text.length > most.says_chars_max) say(line, `at most ${most.says_chars_max} characters`);
  return text;
}

function stepOf(part: Part, parameters: ReadonlySet<string>, say: Say): RunbookStep {
  const { title, line, lines } = part;
  if (title.length > most.title_chars_max)
    say(line, `a heading has at most ${most.title_chars_max} characters`);
  const fences = lines.flatMap(([, text], i) => (text.startsWith('```') ? [i] : []));
  const [open, close] = fences;
  if (open === undefined) {
    return { title, says: shorter(textOf(lines), line, say), does: { is: 'manual' } };
  }
  const [fenceLine = line, fence = ''] = lines[open] ?? [];
  if (close === undefined) say(fenceLine, 'this block has no end: ```');
  if (fences.length > 2)
    say(lines[fences[2] ?? 0]?.[0] ?? line, 'a step does one thing: one block only');
  const outside = [...lines.slice(0, open), ...lines.slice((close ?? open) + 1)];
  const inside = lines.slice(open + 1, close);
  const does = doesOf(fence.slice(3).trim(), fenceLine, inside, say);
  checkNames(does, parameters, fenceLine, say);
  return { title, says: shorter(textOf(outside), line, say), does };
}

const MANUAL = { is: 'manual' } as const;
const KINDS = 'http, wait, page or command expected';

function doesOf(info: string, line: number, inside: Part['lines'], say: Say): RunbookStep['does'] {
  const [kind = '', ...options] = info.split(/\s+/);
  if (kind === 'wait') return waitOf(options.join(' '), line, say);
  if (kind === 'http') return httpOf(options, line, inside, say);
  if (kind === 'page') return pageOf(options, line, inside, say) ?? MANUAL;
  if (kind === 'command') return commandOf(options, line, inside, say) ?? MANUAL;
  say(line, `"${kind}" is no kind of step: ${KINDS}, or no block for a person`);
  return MANUAL;
}

function waitOf(text: string, line: number, say: Say): RunbookStep['does'] {
  const seconds = secondsOf(text);
  if (seconds < 1 || seconds > most.wait_seconds_max) {
    say(line, `a wait is 1s to ${most.wait_seconds_max / 3_600}h: \`\`\`wait 5m`);
    return MANUAL;
  }
  return { is: 'wait', seconds };
}

const METHODS: readonly HttpStep['method'][] = ['GET', 'POST', 'PUT', 'DELETE'];
const HEADER = /^([A-Za-z0-9-]{1,100}): *(.*)$/;

/** `POST https://…`, then headers, then an empty line and the body. */
function httpOf(
  options: readonly string[],
  line: number,
  inside: Part['lines'],
  say: Say,
): RunbookStep['does'] {
  const { statuses, repeatable } = optionsOf(options, line, say);
  const [at = line, request = ''] = inside[0] ?? [];
  const [verb, url = '', ...more] = request.trim().split(/\s+/);
  const method = METHODS.find((one) => one === verb);
  if (!method || more.length > 0 || !/^https?:\/\/[^\s]+$/.test(url)) {
    say(at, `${METHODS.join(', ')} and an address expected: POST https://example.org/restart`);
    return MANUAL;
  }
  if (url.length > most.url_chars_max) say(at, `at most ${most.url_chars_max} characters`);
  if (/^https?:\/\/[^/?#]*@/.test(url)) say(at, 'no name or password in an address: use a secret');
  const empty = inside.findIndex(([, text], i) => i > 0 && text.trim() === '');
  const end = empty < 0 ? inside.length : empty;
  const headers: Record<string, string> = {};
  for (const [number, text] of inside.slice(1, end)) {
    const [, name, value = ''] = HEADER.exec(text) ?? [];
    if (name === undefined) say(number, 'a header expected: Name: value');
    else if (/^(?:host|content-length|connection|transfer-encoding)$/i.test(name))
      say(number, `${name} is the desk's to say`);
    else headers[name] = value.trim();
    if (value.length > most.header_chars_max)
      say(number, `at most ${most.header_chars_max} characters`);
  }
  if (end - 1 > most.headers_max) say(at, `at most ${most.headers_max} headers`);
  const body = textOf(inside.slice(end));
  if (body.length > most.body_chars_max)
    say(at, `a body has at most ${most.body_chars_max} characters`);
  return { is: 'http', method, url, headers, body, statuses, repeatable };
}

function optionsOf(
  options: readonly string[],
  line: number,
  say: Say,
): Pick<HttpStep, 'statuses' | 'repeatable'> {
  let statuses: readonly number[] = [];
  let repeatable = false;
  for (const option of options) {
    const [, key, value = ''] = /^(expect|repeatable)=(.+)$/.exec(option) ?? [];
    if (key === 'expect' && /^[1-5]\d\d(?:,[1-5]\d\d)*$/.test(value)) {
      statuses = value.split(',').map(Number);
      if (statuses.length > most.statuses_max) say(line, `at most ${most.statuses_max} statuses`);
    } else if (key === 'repeatable' && (value === 'true' || value === 'false'))
      repeatable = value === 'true';
    else say(line, `"${option}": expect=200,204 or repeatable=true expected`);
  }
  return { statuses, repeatable };
}

function templatesOf(does: RunbookStep['does']): readonly string[] {
  if (does.is === 'http') return [does.url, does.body, ...Object.values(does.headers)];
  if (does.is === 'command') return Object.values(does.values);
  return does.is === 'page' ? [does.text] : [];
}

function checkNames(
  does: RunbookStep['does'],
  parameters: ReadonlySet<string>,
  line: number,
  say: Say,
): void {
  const isSecret = (name: string): boolean => name.startsWith(SECRET_PREFIX);
  for (const name of templatesOf(does).flatMap(namesIn)) {
    if (!parameters.has(name) && !isSecret(name))
      say(line, `{{${name}}}: there is no such parameter`);
  }
  if (does.is === 'http' && namesIn(does.url).some(isSecret))
    say(line, 'a secret goes into a header or the body, not into an address');
  if (does.is === 'page' && namesIn(does.text).some(isSecret))
    say(line, 'people read a page: no secret goes into it');
  if (does.is === 'command' && Object.values(does.values).flatMap(namesIn).some(isSecret))
    say(line, 'a secret goes into the environment of a command, not into an argument');
}
