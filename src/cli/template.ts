import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { instantText } from '../base/time.ts';
import { TemplateError } from '../template/fault.ts';
import { dataFromJson, type TemplateData } from '../template/from-json.ts';
import { parseTemplates, renderHtml, renderText, type TemplateSet } from '../template/set.ts';
import type { TemplateFile } from '../template/tree.ts';
import type { Command, Given, World } from './command.ts';

const ABOUT =
  'Reads template files, our defaults first, and fills in one template with a notification made ' +
  'up for the purpose, or with your own from a file. A fault is told as FILE:LINE:COLUMN. The ' +
  'options are those of `amtool template render`.';

const render: Command = {
  name: 'render',
  summary: 'Fills in a template, to see what people would read.',
  about: ABOUT,
  args: [],
  options: [
    {
      name: 'template.glob',
      type: 'list',
      value: 'GLOB',
      help: 'Template files; may be repeated.',
    },
    { name: 'template.text', type: 'text', value: 'TEXT', help: 'The template that is filled in.' },
    {
      name: 'template.type',
      type: 'text',
      default: 'text',
      choices: ['text', 'html'],
      help: 'With html every value is escaped for the place it stands in.',
    },
    {
      name: 'template.data',
      type: 'text',
      value: 'FILE',
      help: 'A notification as JSON, as a webhook gets it. Without it, one is made up.',
    },
  ],
  examples: [
    {
      line:
        "tocsin template render --template.glob 'templates/*.tmpl' --template.text " +
        `'{{ template "slack.text" . }}'`,
      does: 'What your own slack.text says.',
    },
    {
      line:
        'tocsin template render --template.type=html --template.text ' +
        `'{{ template "email.default.html" . }}'`,
      does: 'The e-mail that is sent when nothing else is said.',
    },
  ],
  async run(given, world) {
    const text = given.text('template.text');
    if (text === '') {
      throw new DeskError('USAGE_INVALID', {
        why: `Say what to fill in: --template.text='{{ template "__subject" . }}'.`,
      });
    }
    const set = await templatesOf(given, world);
    const data = await dataOf(given.text('template.data'), world);
    const as = given.text('template.type') === 'html' ? renderHtml : renderText;
    const options = { now: world.clock.now(), externalUrl: data.ExternalURL };
    try {
      world.stdout.write(as(set, text, data, options));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new DeskError('TEMPLATE_INVALID', { why: error.message }, error);
    }
    return 0;
  },
};

export const template: Command = {
  name: 'template',
  summary: 'Tries out templates of notifications.',
  args: [],
  options: [],
  examples: render.examples,
  below: [render],
  run: async () => 0,
};

async function templatesOf(given: Given, world: World): Promise<TemplateSet> {
  const files: TemplateFile[] = [];
  for (const pattern of given.all('template.glob')) {
    const found: string[] = [];
    for await (const name of glob(pattern, { cwd: world.cwd })) found.push(name);
    for (const name of found.sort()) {
      files.push({ name, text: await textOfFile(name, world) });
    }
  }
  const set = parseTemplates(files);
  if (!('faults' in set)) return set;
  throw new DeskError('TEMPLATE_INVALID', {
    why: set.faults.map(({ message }) => message).join('\n'),
  });
}

async function textOfFile(name: string, world: World): Promise<string> {
  try {
    return await readFile(resolve(world.cwd, name), 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such file', EACCES: 'it may not be read' }[code] ?? code;
    throw new DeskError('SETTINGS_INVALID', { file: name, why: `${why}.` }, error);
  }
}

async function dataOf(file: string, world: World): Promise<TemplateData> {
  if (file === '') return sample(world);
  const read = dataFromJson(await textOfFile(file, world));
  if ('error' in read) throw new DeskError('SETTINGS_INVALID', { file, why: `${read.error}.` });
  return read;
}

/** A notification made up: one alarm that fires, and one that ended a minute ago. */
function sample({ clock }: World): TemplateData {
  const now = clock.now();
  const ago = (minutes: number): string => instantText((now - minutes * 60_000) as typeof now);
  const common = { alertname: 'LinkDown', severity: 'critical', site: 'north' };
  const summary = 'The link to core-2 is down';
  return {
    Receiver: 'night-shift',
    Status: 'firing',
    NotificationReason: 'first notification',
    GroupLabels: { alertname: 'LinkDown', site: 'north' },
    CommonLabels: common,
    CommonAnnotations: { summary },
    RouteLabels: {},
    ExternalURL: 'https://desk.example.org',
    Alerts: [
      {
        Status: 'firing',
        Labels: { ...common, instance: 'core-1', interface: 'xe-0/0/3' },
        Annotations: { summary, runbook_url: 'https://wiki.example.org/link-down' },
        StartsAt: ago(5),
        EndsAt: '0001-01-01T00:00:00Z',
        GeneratorURL: 'https://prometheus.example.org/graph?g0.expr=ifOperStatus%21%3D1',
        Fingerprint: 'c4f2b1a09d3e5f67',
      },
      {
        Status: 'resolved',
        Labels: { ...common, instance: 'core-1', interface: 'xe-0/0/4' },
        Annotations: { summary },
        StartsAt: ago(25),
        EndsAt: ago(1),
        GeneratorURL: 'https://prometheus.example.org/graph?g0.expr=ifOperStatus%21%3D1',
        Fingerprint: '7be1d09c2a4f8835',
      },
    ],
  };
}
