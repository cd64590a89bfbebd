import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { refusalText } from '../base/refusal.ts';
import { after, days, type Instant } from '../base/time.ts';
import { CHANNELS } from '../channels/index.ts';
import { openForms } from '../config/forms.ts';
import { mergedTexts } from '../config/merge-texts.ts';
import { type Config, readConfig } from '../config/read.ts';
import { diffLines } from '../config/revisions.ts';
import { refsIn } from '../config/secret.ts';
import type { PersonOf } from '../config/sections/teams.ts';
import { faultText } from '../config/yaml-file.ts';
import type { ConfigDocument, RevisionAct } from '../desk/entry.ts';
import type { Revision } from '../desk/tables.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { MatcherMode } from '../domain/alarm/matcher.ts';
import type { RoutingPlan, ZoneTable } from '../domain/routing/plan.ts';
import type {
  Checked,
  ConfigDoor,
  ConfigFault,
  DiffLine,
  Edit,
  Saved,
  Trial,
  Tried,
} from '../http/config-door.ts';
import type { Reloaded } from '../http/reload.ts';
import type { Secrets } from '../ports/secrets.ts';
import { CHECKPOINTS_FOLDER } from '../store/checkpoints.ts';
import type { TemplateSet } from '../template/set.ts';
import {
  type Applicable,
  countRoutes,
  inTemplate,
  isSame,
  TELLS_NOBODY,
  type Typed,
  whyNot,
} from './config-parts.ts';
import { type Core, LOCAL_ADMIN, personOf } from './core.ts';
import { type PlanRunner, planRunner } from './plan-thread.ts';
import { folderFaults, guarded, notAllowed } from './trust.ts';
import { readTemplates } from './ways.ts';
import { type Zoned, zonesEnd, zonesOf } from './zones.ts';

const ZONES_LOOK_EVERY = days(1);

/** What is to be said of a revision besides its text. */
interface Applying {
  readonly from: string;
  readonly by: UserId;
  readonly why: string;
  readonly restores?: string;
}

type Faulty = { readonly faults: readonly ConfigFault[] };

/** Told whenever another revision holds: its channels are opened before it is applied. */
export type Opened = (document: ConfigDocument, templates: TemplateSet) => void;

/**
 * The configuration in force: reads texts, keeps their secrets, applies revisions. Everything that
 * can fail is made first; a bad text changes nothing.
 */
export class Configuration implements ConfigDoor {
  /** False while the newest text of the administrator's file was refused. */
  isGood = true;
  readonly forms = openForms(CHANNELS, (text) => this.#faultsAtForms(text));
  readonly #core: Core;
  readonly #secrets: Secrets;
  readonly #opened: Opened;
  readonly #matchers: MatcherMode;
  readonly #runPlan: PlanRunner;
  #stopLooking: () => void = () => {};
  /** One after the other: two that are based on the same revision cannot both be applied. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(core: Core, secrets: Secrets, matchers: MatcherMode, opened: Opened) {
    this.#core = core;
    this.#secrets = secrets;
    this.#matchers = matchers;
    this.#opened = opened;
    const folder = join(core.options.dataFolder, CHECKPOINTS_FOLDER);
    this.#runPlan = planRunner(core.desk.journal, folder);
  }

  /** At the start: the file if it says something new, else what was in force before. */
  async begin(): Promise<Config | undefined> {
    const { configFile: file } = this.#core.options;
    const config = file === undefined ? undefined : this.#load(readFileSync(file, 'utf8'), file);
    if (file !== undefined && config && !this.#isKnown(config, file)) {
      const applying = { from: file, by: LOCAL_ADMIN, why: '' };
      const saved = await this.#apply(config, applying);
      if (!saved.ok) throw new DeskError('SETTINGS_INVALID', { file, why: whyNot(saved, file) });
    } else this.#openInForce();
    await this.#refreshZones();
    this.#look();
    return config;
  }

  stop(): void {
    this.#stopLooking();
  }

  inForce(): string {
    return this.#newest()?.id ?? '';
  }

  original(): string {
    const held = this.#newest();
    if (!held) return '';
    const options = { matchers: this.#matchers, isShown: true };
    const read = readConfig(held.text, held.from, CHANNELS, options);
    return 'faults' in read ? held.text : read.original;
  }

  async tryOut({ text, days: back, ...how }: Trial): Promise<Tried> {
    const read = this.#read(text, this.#from());
    if ('faults' in read) return { ok: false, faults: read.faults };
    const { memory } = this.#core.desk;
    const held = memory.get('plans', 'plan')?.plan ?? TELLS_NOBODY;
    const since = (this.#core.clock.now() - days(back)) as Instant;
    const old = { plan: held, zones: [...memory.all('zones')] };
    const fresh = { plan: read.plan, zones: this.#zonesOf(read) };
    const report = await this.#runPlan({ old, new: fresh, since, ...how });
    return { ok: true, report };
  }

  #zonesOf(said: Zoned): readonly ZoneTable[] {
    return zonesOf(said, this.#core.clock.now());
  }

  check(text: string): Checked {
    const read = this.#read(text, this.#from());
    if ('faults' in read) return { ok: false, faults: read.faults };
    const templates = readTemplates(read.templates, this.#folder());
    if ('faults' in templates) return { ok: false, faults: templates.faults.map(inTemplate) };
    const { plan, unused, incidents } = read;
    const receivers = plan.receivers.map((receiver) => receiver.name);
    return { ok: true, routes: countRoutes(plan.root), receivers, unused, incidents };
  }

  shown(text: string): string | undefined {
    const read = this.#read(text, this.#from());
    return 'faults' in read ? undefined : read.text;
  }

  planOf(text: string): RoutingPlan | undefined {
    const read = this.#read(text, this.#from());
    return 'faults' in read ? undefined : read.plan;
  }

  file(): string {
    return this.#core.options.configFile ?? '';
  }

  /** What keeps a text from being saved at a form; line 0: no place of the text is to blame. */
  #faultsAtForms(text: string): readonly ConfigFault[] {
    const read = this.#read(text, this.#from());
    if ('faults' in read) return read.faults;
    const refused = notAllowed(read, this.#newest()?.document);
    return refused.map((why) => ({ line: 0, column: 0, why }));
  }

  /** What a text typed at a form would send by. Nothing of it is kept but by `keep`. */
  typed(text: string, keep: (value: string) => string): Faulty | Typed {
    const faults = this.#faultsAtForms(text);
    if (faults.length > 0) return { faults };
    const read = this.#read(text, this.#from(), keep);
    if ('faults' in read) return read;
    const templates = readTemplates(read.templates, this.#folder());
    if ('faults' in templates) return { faults: templates.faults.map(inTemplate) };
    return { document: guarded(read, this.#newest()?.document).document, templates };
  }

  save({ text, why, basedOn, by, file }: Edit): Promise<Saved> {
    return this.#inTurn(async () => {
      const inForce = this.inForce();
      if (basedOn !== inForce) return { ok: false, is: 'conflict', inForce };
      const read = this.#read(text, this.#from(), (value) => this.#secrets.keep(value));
      if ('faults' in read) return { ok: false, is: 'faults', faults: read.faults };
      const from = file === undefined ? 'console' : `apply ${file}`;
      // Who owns the data folder could as well have written the file.
      if (by === LOCAL_ADMIN) return this.#apply(read, { from, by, why });
      const known = this.#newest()?.document;
      const [first] = notAllowed(read, known);
      if (first !== undefined) return { ok: false, is: 'refused', why: first };
      return this.#apply(guarded(read, known), { from, by, why });
    });
  }

  restore(revision: string, by: UserId, why: string): Promise<Saved> {
    return this.#inTurn(async () => {
      const old = this.#core.desk.memory.get('revisions', revision);
      if (!old) return { ok: false, is: 'refused', why: `There is no revision ${revision}.` };
      const { document, plan, duty, incidents, from } = old;
      if (!document || !plan) {
        return { ok: false, is: 'refused', why: 'It is older than routing: apply its text anew.' };
      }
      const lost = [...refsIn(document)].filter((ref) => this.#secrets.get(ref) === undefined);
      const many = `${lost.length} of its secrets are not kept any more: apply its text anew.`;
      if (lost.length > 0) return { ok: false, is: 'refused', why: many };
      const [first] = by === LOCAL_ADMIN ? [] : folderFaults(document, this.#newest()?.document);
      if (first !== undefined) return { ok: false, is: 'refused', why: first };
      const said = { ...old, document, plan, duty, incidents, templates: document.templates };
      return this.#apply(said, { from, by, why, restores: revision });
    });
  }

  reload(by: UserId): Promise<Saved> {
    const { configFile: file } = this.#core.options;
    if (file === undefined) {
      const why = 'The desk was started without a configuration file: give it --config.file.';
      return Promise.resolve({ ok: false, is: 'refused', why });
    }
    return this.#inTurn(async () => {
      const text = await readFile(file, 'utf8').catch((error: Error) => error);
      if (text instanceof Error) return { ok: false, is: 'refused', why: text.message };
      const read = this.#read(text, file, (value) => this.#secrets.keep(value));
      if ('faults' in read) return { ok: false, is: 'faults', faults: read.faults };
      const saved = await this.#apply(read, { from: file, by, why: '' });
      // As with Alertmanager, asking for a reload restarts the groups although nothing changed.
      if (saved.ok && !saved.changed) await this.#core.desk.act(by, { verb: 'notify.restart' });
      return saved;
    });
  }

  /** For SIGHUP and `POST /-/reload`: says in one text what is wrong. */
  async reloadFile(): Promise<Reloaded> {
    const { options, log } = this.#core;
    const held = this.#newest();
    const saved = await this.reload(LOCAL_ADMIN);
    if (saved.ok && saved.changed && held && held.from !== options.configFile) {
      log.warn('config.replaced', { revision: held.id, from: held.from });
    }
    this.isGood = saved.ok;
    if (saved.ok) return { ok: true };
    const text = whyNot(saved, options.configFile ?? '');
    log.error('config.refused', { error: text });
    return { ok: false, text };
  }

  compare(older: string, newer: string): readonly DiffLine[] {
    return diffLines(older, newer);
  }

  merged(base: string, mine: string, theirs: string): string | undefined {
    return mergedTexts(base, mine, theirs);
  }

  /**
   * `absent`: takes up who is unknown here. A start does without them rather than not be one: the
   * first has nobody yet, and later ones must not fail because somebody left.
   */
  #read(
    text: string,
    file: string,
    keep?: (value: string) => string,
    absent?: Set<string>,
  ): Config | Faulty {
    const known = this.#newest()?.document;
    const isPerson: PersonOf = (name) => {
      const person = personOf(this.#core)(name);
      if (person === undefined) absent?.add(name);
      return person ?? (absent && (name as UserId));
    };
    const options = {
      matchers: this.#matchers,
      known,
      personOf: isPerson,
      ...(keep ? { keep } : {}),
    };
    return readConfig(text, file, CHANNELS, options);
  }

  /** Throws DeskError SETTINGS_INVALID: a start with a bad file is no start. */
  #load(text: string, file: string): Config {
    const absent = new Set<string>();
    const read = this.#read(text, file, (value) => this.#secrets.keep(value), absent);
    if (!('faults' in read)) {
      if (absent.size > 0) this.#core.log.warn('config.people', { file, people: absent.size });
      return read;
    }
    const why = whyNot({ ok: false, is: 'faults', faults: read.faults }, file);
    throw new DeskError('SETTINGS_INVALID', { file, why });
  }

  async #apply(config: Applicable, applying: Applying): Promise<Saved> {
    const { desk, log } = this.#core;
    const { text, document, plan, duty, incidents, unused } = config;
    const templates = readTemplates(config.templates, this.#folder());
    if ('faults' in templates) {
      return { ok: false, is: 'faults', faults: templates.faults.map(inTemplate) };
    }
    const held = this.#newest();
    if (held && isSame(held, { ...config, from: applying.from }) && !applying.restores) {
      this.#opened(document, templates); // templates and secret files may have changed
      return { ok: true, revision: held.id, changed: false };
    }
    const { from, by, why, restores } = applying;
    const said = { from, why, ...(restores === undefined ? {} : { restores }) };
    const { fallback } = this.#core.notifications.notify;
    if (fallback !== '' && !plan.receivers.some((receiver) => receiver.name === fallback)) {
      const why = `tocsin.yml names the fallback receiver "${fallback}", and there is none such.`;
      return { ok: false, is: 'refused', why };
    }
    const zones = this.#zonesOf(config);
    const act: RevisionAct = {
      verb: 'revision.apply',
      text,
      unused,
      document,
      plan,
      ...(duty ? { duty } : {}),
      ...(incidents ? { incidents } : {}),
      zones,
      ...said,
    };
    const { refused, made = '' } = await desk.act(by, act);
    if (refused !== undefined) return { ok: false, is: 'refused', why: refusalText(refused) };
    this.#opened(document, templates);
    this.#forgetSecrets();
    log.info('config.applied', { from, revision: made });
    if (unused.length > 0) log.warn('config.unused', { file: from, unused: unused.join(' ') });
    return { ok: true, revision: made, changed: true };
  }

  /** What was in force when the desk stopped: its templates may have gone since. */
  #openInForce(): void {
    const document = this.#newest()?.document;
    if (!document) return;
    const templates = readTemplates(document.templates, this.#folder());
    if (!('faults' in templates)) return this.#opened(document, templates);
    const [first] = templates.faults;
    this.#core.log.error('config.refused', { error: first ? faultText(first.file, first) : '' });
    const own = readTemplates([], this.#folder());
    if (!('faults' in own)) this.#opened(document, own);
  }

  /** Was this text of this file applied before, and did only people change it since? */
  #isKnown(config: Config, file: string): boolean {
    const ofFile = this.#revisions().filter((revision) => revision.from === file);
    const last = ofFile.at(-1);
    return last !== undefined && isSame(last, { ...config, from: file });
  }

  #forgetSecrets(): void {
    const used = new Set<string>();
    for (const { document } of this.#revisions()) for (const ref of refsIn(document)) used.add(ref);
    this.#secrets.retain(used);
  }

  #look(): void {
    const { clock } = this.#core;
    this.#stopLooking = clock.at(after(clock.now(), ZONES_LOOK_EVERY), () => {
      void this.#refreshZones();
      this.#look();
    });
  }

  async #refreshZones(): Promise<void> {
    const { desk, clock } = this.#core;
    const plan = desk.memory.get('plans', 'plan')?.plan;
    const held = plan && { plan, duty: desk.memory.get('duties', 'duty')?.duty };
    const now = clock.now();
    const isShort = held && zonesEnd(held, now, (name) => desk.memory.get('zones', name));
    if (!held || !isShort) return;
    await desk.report({ kind: 'zones', at: now, tables: this.#zonesOf(held) });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => {});
    return mine;
  }

  /** Oldest first. */
  #revisions(): readonly Revision[] {
    const place = ({ id }: Revision): number => Number(id.slice(1));
    return [...this.#core.desk.memory.all('revisions')].sort((a, b) => place(a) - place(b));
  }

  #newest(): Revision | undefined {
    return this.#revisions().at(-1);
  }

  #from(): string {
    return this.#core.options.configFile ?? 'configuration';
  }

  /** Templates are named from the folder of the administrator's file. */
  #folder(): string {
    const { configFile, dataFolder } = this.#core.options;
    const file = configFile ?? this.#newest()?.from ?? '';
    return isAbsolute(file) ? dirname(file) : dataFolder;
  }
}
