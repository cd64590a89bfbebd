import { type BlockLine, PAGED, type PageStep, RUNBOOK_LIMITS, type Say } from './runbook.ts';

const most = RUNBOOK_LIMITS;

/** When nobody says how long an answer is waited for. */
const ANSWER_SECONDS_DEFAULT = 900;

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };

/** `30s`, `5m`, `2h`, in seconds; 0 for anything else. */
export function secondsOf(text: string): number {
  const [, count = '0', unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  return Number(count) * (UNITS[unit] ?? 0);
}

/** ```` ```page policy=noc ````, below it what people read. */
export function pageOf(
  options: readonly string[],
  line: number,
  inside: readonly BlockLine[],
  say: Say,
): PageStep | undefined {
  const [first = '', ...rest] = options;
  const [, kind = '', name = ''] = /^([a-z]+)=(.+)$/.exec(first) ?? [];
  const whom = PAGED.find((one) => one === kind);
  if (!whom) {
    say(line, 'whom to page expected: policy=, schedule=, team= or person=');
    return undefined;
  }
  const [, waitText] = /^wait=(.+)$/.exec(rest[0] ?? '') ?? [];
  const waitSeconds = waitText === undefined ? ANSWER_SECONDS_DEFAULT : secondsOf(waitText);
  if (rest.length > (waitText === undefined ? 0 : 1))
    say(line, `"${rest.at(-1)}": only wait=10m may follow`);
  if (waitText !== undefined && whom === 'policy')
    say(line, 'an escalation policy says itself how long it waits: leave wait= out');
  if (waitSeconds < 60 || waitSeconds > most.answer_seconds_max)
    say(line, `an answer is waited for 1m to ${most.answer_seconds_max / 3_600}h: wait=10m`);
  const text = inside
    .map(([, of]) => of)
    .join('\n')
    .trim();
  if (text === '') say(line, 'say in the block what whoever is woken has to know');
  if (text.length > most.page_chars_max)
    say(line, `a page says at most ${most.page_chars_max} characters`);
  return { is: 'page', whom, name, waitSeconds, text };
}
