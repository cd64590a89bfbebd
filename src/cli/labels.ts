import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { listOf, objectOf } from './answers.ts';
import { textOfFile } from './check.ts';
import { connect } from './client.ts';
import type { Command } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { labelSettings } from './label-settings.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { wroteJson } from './revision-lines.ts';
import { readSettingsFile, SETTINGS_SECTIONS } from './settings-file.ts';
import { printable } from './terminal.ts';

type Pairs = Readonly<Record<string, string>>;

interface Relabelled {
  readonly resource: string;
  readonly type: string;
  readonly was: Pairs;
  readonly is: Pairs;
}

const plan: Command = {
  name: 'plan',
  summary: 'Says what the section `labels` of a settings file would do to open alarms.',
  about:
    'Alarms whose labels are their key (those of Prometheus) get another key when a label of ' +
    'theirs goes or gets another name: the next report is a new alarm, and the old one, which ' +
    'nobody renews, ends by its lease. It goes by the labels that alarms have now.',
  args: [{ name: 'FILE', help: 'Settings as tocsin serve --settings takes them.' }],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin labels plan tocsin.yml', does: 'Before the restart that uses them.' }],
  async run(given, world) {
    const [name = ''] = given.args;
    const text = await textOfFile(resolve(world.cwd, name), name);
    const file = readSettingsFile(text, name, SETTINGS_SECTIONS, {
      env: world.env,
      file: (path) => readFileSync(resolve(world.cwd, path), 'utf8'),
    });
    const client = await connect(given, world);
    const sources = listOf<{ name: string }>(client, await client.get('/api/v1/sources'), 'items');
    const settings = labelSettings(
      file,
      sources.map((source) => source.name),
    );
    const answer = await client.send('POST', '/api/v1/label-rules/plan', settings);
    if (given.flag('json')) return wroteJson(world.stdout, answer);
    const told = objectOf(client, answer, 'it');
    const items = listOf<Relabelled>(client, answer, 'items');
    for (const item of items) world.stdout.write(`${lineOf(item)}\n`);
    world.stdout.write(
      `${told.open} open alarms: ${told.rekeyed} get another key, ${told.relabelled} only other ` +
        `labels, ${told.merged} become one with another\n`,
    );
    if (told.rekeyed !== 0) {
      world.stdout.write(
        'those with another key are raised anew; the old ones end by their lease\n',
      );
    }
    return 0;
  },
};

/** `rt1 Down  replica: a -> none; host: h -> none; instance: none -> h`. */
function lineOf({ resource, type, was, is }: Relabelled): string {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  const changes = names
    .filter((name) => was[name] !== is[name])
    .map((name) => `${name}: ${was[name] ?? 'none'} -> ${is[name] ?? 'none'}`);
  return printable(`${resource} ${type}  ${changes.join('; ')}`);
}

export const labels: Command = {
  name: 'labels',
  summary: 'Labels that are dropped, renamed or set before alarms are told apart: plan.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin labels plan tocsin.yml', does: 'What would change.' }],
  below: [plan],
  run: () => Promise.reject(usage('tocsin labels needs a command')),
};
