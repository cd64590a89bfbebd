import { dirname, resolve } from 'node:path';
import { isMap } from 'yaml';
import type { Millis } from '../base/time.ts';
import type { ConfigDocument } from '../desk/entry.ts';
import type { MatcherMode } from '../domain/alarm/matcher.ts';
import type { Duty } from '../domain/escalation/duty.ts';
import type { IncidentPlan } from '../domain/incident/rule.ts';
import type { RoutingPlan } from '../domain/routing/plan.ts';
import { type HttpConfig, httpConfigFaults } from '../net/http-config.ts';
import type { SecretRef } from '../ports/secrets.ts';
import { durationExpected, prometheusDuration } from './duration.ts';
import { checkEscalations } from './escalation.ts';
import { withEscalation } from './escalation-kind.ts';
import { Faults } from './faults.ts';
import { planInhibitions } from './inhibitions.ts';
import { originalText } from './original.ts';
import { Reader } from './reader.ts';
import {
  inOrder,
  missingChannel,
  planReceivers,
  type Receiver,
  readReceivers,
  twinFaults,
} from './receivers.ts';
import { hiddenText } from './redact.ts';
import { renamesIn } from './renames.ts';
import { planRoutes } from './routes.ts';
import { type ChannelKind, type ConfigSettings, configSchema, DEFS } from './schema.ts';
import { HIDDEN, opened, refAt, Secret, withSecrets } from './secret.ts';
import { AS_WRITTEN, readDuty } from './sections/duty.ts';
import { readIncidentRules } from './sections/incident-rules.ts';
import type { PersonOf } from './sections/teams.ts';
import { SECTIONS } from './sections.ts';
import { defaultOf, type Shape } from './shape.ts';
import { planIntervals } from './spans.ts';
import { type FileFault, fileFailure, parseYaml, type YamlFile } from './yaml-file.ts';

/** An alertmanager.yml, read. */
export interface Config {
  /** As it was written, `<secret>` for every secret: what may be kept and shown. */
  readonly text: string;
  /** Defaults filled in, `global` merged into each way, secrets as references. */
  readonly document: ConfigDocument;
  readonly plan: RoutingPlan;
  /** Teams, schedules and escalation policies; undefined when the file has none of them. */
  readonly duty: Duty | undefined;
  /** Which alarms are one trouble; undefined when the file does not say. */
  readonly incidents: IncidentPlan | undefined;
  /** The secrets that stood in the file, by their references. */
  readonly secrets: ReadonlyMap<string, string>;
  /**
   * Valid alertmanager.yml with defaults and `<secret>`: what Alertmanager's tools are shown. Made
   * when it is asked for.
   */
  readonly original: string;
  /** Time zones that the plan needs tables of. */
  readonly zones: readonly string[];
  /** `global.resolve_timeout`, if it is set. */
  readonly resolveTimeout: Millis | undefined;
  /** Files with templates, `*` and `?` in them, from the folder of the configuration. */
  readonly templates: readonly string[];
  /** What is accepted and does nothing: `tracing`. */
  readonly unused: readonly string[];
}

export interface ConfigOptions {
  /**
   * Gives the reference of a secret. Called only when there is no fault. Without it references
   * are numbers: good for a check, which keeps nothing.
   */
  readonly keep?: (value: string) => string;
  /** What was applied before: `<secret>` in the file stands for the secret at the same place. */
  readonly known?: ConfigDocument | undefined;
  /** `<secret>` is taken as it is: for a text that was kept, of which nothing is sent. */
  readonly isShown?: boolean;
  /** Which matchers are read (Alertmanager's `--enable-feature`). */
  readonly matchers?: MatcherMode;
  /** Whom a login or an id means. Without it people are taken as they are written. */
  readonly personOf?: PersonOf;
}

/** Reads a configuration, or says everything that is wrong with it. Total. */
export function readConfig(
  text: string,
  file: string,
  kinds: readonly ChannelKind[],
  options: ConfigOptions = {},
): Config | { readonly faults: readonly FileFault[] } {
  const yaml = parseYaml(text, file);
  if ('faults' in yaml) return yaml;
  const parts = readParts(yaml, inOrder(withEscalation(kinds)), options);
  if (parts === undefined || parts.reader.faults.count > 0)
    return { faults: parts?.reader.faults.all() ?? [emptyFault(yaml)] };
  return finished(yaml, parts, options) ?? { faults: parts.reader.faults.all() };
}

/** Reads a configuration for a start or a reload. Throws DeskError SETTINGS_INVALID. */
export function loadConfig(
  text: string,
  file: string,
  kinds: readonly ChannelKind[],
  options: ConfigOptions = {},
): Config {
  const read = readConfig(text, file, kinds, options);
  if ('faults' in read) throw fileFailure(file, read.faults);
  return read;
}

const emptyFault = (yaml: YamlFile): FileFault =>
  yaml.fault(yaml.root, 'expected a mapping with route and receivers');

/** What was read, before secrets become references. */
interface Parts {
  readonly reader: Reader;
  readonly kinds: readonly ChannelKind[];
  readonly settings: ConfigSettings;
  /** With defaults. */
  readonly global: Readonly<Record<string, unknown>>;
  readonly receivers: readonly Receiver[];
  readonly plan: RoutingPlan;
  readonly duty: Duty | undefined;
  readonly incidents: IncidentPlan | undefined;
  readonly resolveTimeout: Millis | undefined;
  readonly templates: readonly string[];
  /** Tocsin's own, those that were written. */
  readonly sections: Readonly<Record<string, unknown>>;
}

/** Sections and their schemas. */
const SECTION_SCHEMAS = Object.fromEntries(SECTIONS.map(({ name, schema }) => [name, schema]));

function readParts(
  yaml: YamlFile,
  kinds: readonly ChannelKind[],
  { matchers: mode = 'both', personOf }: ConfigOptions,
): Parts | undefined {
  if (!isMap(yaml.root)) return undefined;
  const reader = new Reader(yaml, new Faults(yaml), {
    defs: DEFS as unknown as Readonly<Record<string, Shape>>,
    unknown: (where, key) => missingChannel(where, key, kinds),
  });
  const schema = configSchema(kinds, SECTION_SCHEMAS) as unknown as Shape;
  const settings = (reader.read(schema, yaml.root, 'top level') ?? {}) as ConfigSettings;
  const global = readGlobal(reader, settings, schema);
  const folder = dirname(yaml.file);
  const receivers = readReceivers(reader, settings.receivers ?? [], global, kinds);
  const intervals = planIntervals(reader, settings);
  const names = {
    receivers: receivers.map((receiver) => receiver.name),
    intervals: intervals.map((interval) => interval.name),
  };
  const duty = readDuty(reader, settings, personOf);
  checkEscalations(reader, receivers, duty?.policies ?? []);
  const plan: RoutingPlan = {
    root: planRoutes(reader, settings.route, names, mode),
    receivers: planReceivers(receivers),
    inhibitions: planInhibitions(reader, settings.inhibit_rules ?? [], mode),
    intervals,
  };
  const timeout = settings.global?.resolve_timeout;
  return {
    reader,
    kinds,
    settings,
    global,
    receivers: receivers.map((receiver) => withPaths(receiver, folder)),
    plan,
    duty,
    incidents: readIncidentRules(reader, settings.incident_rules, {
      duty,
      mode,
      personOf: personOf ?? AS_WRITTEN,
    }),
    resolveTimeout:
      settings.global && reader.wrote(settings.global, 'resolve_timeout')
        ? prometheusDuration(String(timeout))
        : undefined,
    templates: (settings.templates ?? []).map((path) => inFolder(folder, path)),
    sections: readSections(reader, settings, folder),
  };
}

function readSections(
  reader: Reader,
  settings: ConfigSettings,
  folder: string,
): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  const given = SECTIONS.filter(({ name }) => settings[name] !== undefined);
  for (const { name } of given) all[name] = settings[name];
  for (const { name, faults } of given) faults?.({ reader, value: all[name], all });
  if (reader.faults.count > 0) return all;
  return Object.fromEntries(
    given.map(({ name, finish }) => [name, finish ? finish(all[name], folder) : all[name]]),
  );
}

function readGlobal(
  reader: Reader,
  { global }: ConfigSettings,
  schema: Shape,
): Readonly<Record<string, unknown>> {
  const shape = schema.properties?.global ?? {};
  if (global === undefined) return defaultOf({ ...shape, default: {} }) as Record<string, unknown>;
  const { resolve_timeout: timeout } = global;
  if (typeof timeout === 'string' && prometheusDuration(timeout) === undefined)
    reader.say(global, ['resolve_timeout'], `"${timeout}" is not ${durationExpected}`);
  const http = opened(global.http_config) as HttpConfig | undefined;
  for (const [field, why] of http === undefined ? [] : httpConfigFaults(http))
    reader.say(global, field.split('.'), `${field}: ${why}`);
  twinFaults(reader, global);
  return global;
}

const inFolder = (folder: string, path: string): string =>
  path === '' ? '' : resolve(folder, path);

/** Paths in `http_config` are told from the folder of the file; Alertmanager moves no others. */
function withPaths(receiver: Receiver, folder: string): Receiver {
  const moved = (tree: unknown): unknown => {
    if (Array.isArray(tree) || typeof tree !== 'object' || tree === null || tree instanceof Secret)
      return tree;
    return Object.fromEntries(
      Object.entries(tree).map(([key, value]) => {
        if (typeof value === 'string' && key.endsWith('_file'))
          return [key, inFolder(folder, value)];
        if (key === 'files' && Array.isArray(value))
          return [key, value.map((path) => inFolder(folder, String(path)))];
        return [key, moved(value)];
      }),
    );
  };
  return {
    ...receiver,
    ways: receiver.ways.map((way) => {
      const { http_config: http } = way.settings;
      if (http === undefined) return way;
      return { ...way, settings: { ...way.settings, http_config: moved(http) } };
    }),
  };
}

function finished(yaml: YamlFile, parts: Parts, options: ConfigOptions): Config | undefined {
  const { reader, settings, plan, duty, incidents } = parts;
  // Once to see that every `<secret>` is known, so that nothing is kept of a file with a fault.
  if (yaml.text.includes(HIDDEN))
    documentOf(parts, new Sealer(reader, { ...options, keep: String }), options.known);
  if (reader.faults.count > 0) return undefined;
  const seal = new Sealer(reader, options);
  let original: string | undefined;
  const zones = [
    ...plan.intervals.flatMap((interval) => interval.spans.map((span) => span.zone)),
    ...(duty?.schedules ?? []).map((schedule) => schedule.zone),
  ];
  return {
    text: hiddenText(yaml.text, reader.secretNodes),
    document: documentOf(parts, seal, options.known),
    plan,
    duty,
    incidents,
    secrets: seal.secrets,
    get original() {
      original ??= originalText(parts);
      return original;
    },
    zones: [...new Set(zones)].filter((zone) => zone !== 'UTC').sort(),
    resolveTimeout: parts.resolveTimeout,
    templates: parts.templates,
    unused: [
      ...(['tracing', 'event_recorder'] as const).filter((key) => settings[key] !== undefined),
      ...(yaml.hasMore ? ['everything after the first document (---)'] : []),
    ],
  };
}

function documentOf(parts: Parts, seal: Sealer, known: ConfigDocument | undefined): ConfigDocument {
  const before = new Map(known?.receivers.map((receiver) => [receiver.name, receiver]));
  const renames = renamesIn(
    [...before.keys()],
    parts.receivers.map(({ name }) => name),
  );
  return {
    global: seal.all(parts.global, known?.global),
    receivers: parts.receivers.map(({ name, labels, ways }) => ({
      name,
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ways: ways.map(({ kind, index, settings }) => {
        const held = before.get(renames.get(name) ?? name);
        const were = held?.ways.filter((way) => way.kind === kind.name) ?? [];
        const now = ways.filter((way) => way.kind === kind);
        const sealed = areInPlace(now, were.length)
          ? seal.all(settings, were.find((way) => way.index === index)?.settings)
          : seal.all(settings, undefined, NOT_SURE);
        return { kind: kind.name, index, settings: sealed };
      }),
    })),
    templates: parts.templates,
    ...sectionsOf(parts, seal, known),
  };
}

/** Absent when there are none: documents of before stay as they were. */
function sectionsOf(
  { sections }: Parts,
  seal: Sealer,
  known: ConfigDocument | undefined,
): Pick<ConfigDocument, 'sections'> {
  const names = Object.keys(sections);
  if (names.length === 0) return {};
  return { sections: seal.all(sections, known?.sections) };
}

/** As many as there were, or new ones only after them: `<secret>` means its own place. */
const areInPlace = (ways: Receiver['ways'], before: number): boolean =>
  before === 0 ||
  ways.length === before ||
  (ways.length > before && ways.slice(0, before).every(({ settings }) => hasHidden(settings)));

function hasHidden(settings: object): boolean {
  let found = false;
  withSecrets(settings, ({ value }) => {
    found ||= value === HIDDEN;
  });
  return found;
}

/** Secrets become references: new ones are kept, `<secret>` is looked up where it stood before. */
class Sealer {
  readonly secrets = new Map<string, string>();
  readonly #reader: Reader;
  readonly #keep: (value: string) => string;
  readonly #isShown: boolean;
  /** A secret of `global` stands in many ways. */
  readonly #done = new Map<Secret, SecretRef>();

  constructor(reader: Reader, { keep, isShown = false }: ConfigOptions) {
    this.#reader = reader;
    this.#isShown = isShown;
    this.#keep = keep ?? (() => `secret-${this.secrets.size + 1}`);
  }

  all(
    tree: object,
    known: object | undefined,
    unknown: string = NOT_KNOWN,
  ): Readonly<Record<string, unknown>> {
    return withSecrets(tree, (secret, path) => {
      const done = this.#done.get(secret);
      if (done) return done;
      const isHidden = secret.value === HIDDEN && !this.#isShown;
      const ref = isHidden ? refAt(known, path) : this.#kept(secret.value);
      if (ref) this.#done.set(secret, ref);
      else this.#reader.faults.say(secret.node, unknown);
      return ref;
    }) as Readonly<Record<string, unknown>>;
  }

  #kept(value: string): SecretRef {
    const $secret = this.#keep(value);
    this.secrets.set($secret, value);
    return { $secret };
  }
}

const NOT_KNOWN = `${HIDDEN} is what is shown for a secret, and none is known here: write it out`;
/** A page must not go to the address of the entry that was taken out. */
const NOT_SURE = `entries came or went here, and ${HIDDEN} may be that of any: write it out`;
