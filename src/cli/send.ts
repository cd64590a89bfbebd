import { after, instantText, millis } from '../base/time.ts';
import { identifyLabels } from '../domain/alarm/event.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';

export const send: Command = {
  name: 'send',
  summary: 'Raises or clears an alarm: from a script, or to try things out.',
  about:
    'Speaks the protocol of Alertmanager (POST /api/v2/alerts). All labels together, the ' +
    'severity too, say which alarm it is: clear it with the same ones it was raised with.',
  args: [{ name: 'TEXT', help: 'One line for whoever reads it.', optional: true }],
  options: [
    {
      name: 'label',
      short: 'l',
      type: 'list',
      value: 'NAME=VALUE',
      help: 'What is wrong, and where. alertname is needed.',
    },
    {
      name: 'severity',
      type: 'text',
      value: 'WORD',
      choices: SEVERITIES,
      help: `How bad: ${SEVERITIES.join(', ')}.`,
    },
    {
      name: 'annotation',
      type: 'list',
      value: 'NAME=VALUE',
      help: 'Told, but no part of which alarm.',
    },
    { name: 'link', type: 'text', value: 'URL', help: 'Where to look further.' },
    {
      name: 'for',
      type: 'duration',
      default: '24h',
      help: 'It is cleared by itself then, unless it is sent again.',
    },
    { name: 'clear', type: 'flag', help: 'It is well again.' },
    JSON_OPTION,
    ...DESK_OPTIONS,
  ],
  examples: [
    {
      line: 'tocsin send -l alertname=DiskFull -l instance=db1 --severity critical "98 % full"',
      does: 'Raises it.',
    },
    {
      line: 'tocsin send -l alertname=DiskFull -l instance=db1 --severity critical --clear',
      does: 'Clears it.',
    },
  ],
  async run(given, world) {
    const labels = pairs(given, 'label');
    const severity = given.text('severity');
    if (severity !== '') labels.severity = severity;
    if (!labels.alertname) throw usage('tocsin send needs --label alertname=NAME: what is wrong');
    const client = await connect(given, world);
    await client.send('POST', '/api/v2/alerts', [alertOf(given, world, labels)]);
    const id = identifyLabels(labels);
    const state = given.flag('clear') ? 'cleared' : 'raised';
    const text = given.flag('json') ? JSON.stringify({ id, state, labels }) : `${state}  ${id}`;
    world.stdout.write(`${text}\n`);
    return 0;
  },
};

function alertOf(given: Given, world: World, labels: Readonly<Record<string, string>>) {
  const now = world.clock.now();
  const annotations = pairs(given, 'annotation');
  const [text] = given.args;
  if (text !== undefined) annotations.summary = text;
  const link = given.text('link');
  const end = given.flag('clear') ? now : after(now, given.duration('for') ?? millis(0));
  return {
    labels,
    annotations,
    ...(given.flag('clear') ? {} : { startsAt: instantText(now) }),
    endsAt: instantText(end),
    ...(link === '' ? {} : { generatorURL: link }),
  };
}

function pairs(given: Given, option: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const text of given.all(option)) {
    const at = text.indexOf('=');
    if (at < 1) throw usage(`--${option}: "${text}" is not NAME=VALUE`);
    const value = text.slice(at + 1);
    if (value !== '') out[text.slice(0, at)] = value; // an empty label is no label
  }
  return out;
}
