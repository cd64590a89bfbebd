import { fingerprint } from '../base/fingerprint.ts';
import type { Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type AlarmEvent, type AlarmId, sameLabels } from '../domain/alarm/event.ts';
import type { Contact, Page } from '../domain/escalation/page.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { TypeRecord } from '../domain/inventory/alarm-type.ts';
import type { Action } from '../domain/memory/action.ts';
import type { Caution } from '../domain/memory/caution.ts';
import type { Decision } from '../domain/memory/decision.ts';
import type { ZoneTable } from '../domain/routing/plan.ts';
import type { Silence, SilenceId } from '../domain/routing/silence.ts';
import type { Maintenance } from '../domain/rules/maintenance.ts';
import type { Rule } from '../domain/rules/rule.ts';
import type { Memory } from './desk.ts';
import { Enrichment } from './enrichment.ts';
import type { FoldRules } from './entry.ts';
import { FADING_TABLES, Fading, type FadingTable, fades } from './fading.ts';
import { IncidentRules } from './incident-rules.ts';
import type { InventoryFeed } from './inventory-act.ts';
import { InventoryIndex } from './inventory-index.ts';
import { MemoryIndex } from './memory-index.ts';
import { RoutingIndex } from './notify/routing-index.ts';
import { PagesIndex } from './pages/pages-index.ts';
import {
  type Delivery,
  type DeskRow,
  type IncidentPlanRow,
  type PlanRow,
  type Resolving,
  TABLE_NAMES,
  type TableName,
  type Tables,
} from './tables.ts';

/** Tables that an index follows. */
const INDEXED: ReadonlySet<TableName> = new Set([
  'alarms',
  'plans',
  'silences',
  'rules',
  'maintenances',
  'zones',
  'resolving',
  'deliveries',
  'inventoryFeeds',
  'incidents',
  'incidentPlans',
  'decisions',
  'actions',
  'cautions',
  'types',
  'pages',
  'contacts',
]);

/** Ids that collide are told apart by `~2`, `~3` …; more on one fingerprint are an attack. */
const COLLISIONS_MAX = 8;

/** The fold's memory. Changed by `install` only, one applied entry at a time. */
export class State implements Memory {
  position = 0;
  time = 0 as Instant;
  readonly fading = new Fading();
  readonly routing = new RoutingIndex();
  readonly enrichment = new Enrichment();
  readonly inventory = new InventoryIndex((id) => this.get('inventoryParts', id));
  readonly remembered = new MemoryIndex((table, id) => this.get(table, id));
  readonly incidentRules = new IncidentRules();
  readonly pages = new PagesIndex();
  readonly #tables = Object.fromEntries(TABLE_NAMES.map((t) => [t, new Map()])) as unknown as {
    readonly [T in TableName]: Map<string, Tables[T]>;
  };

  get<T extends TableName>(table: T, id: string): Tables[T] | undefined {
    return this.#tables[table].get(id);
  }

  all<T extends TableName>(table: T): IterableIterator<Tables[T]> {
    return this.#tables[table].values();
  }

  count(table: TableName): number {
    return this.#tables[table].size;
  }

  /** Puts or removes one row. Only `install` and the loading of a checkpoint may call this. */
  set<T extends TableName>(table: T, id: string, row: Tables[T] | undefined): void {
    const was = INDEXED.has(table) ? this.#tables[table].get(id) : undefined;
    if (row === undefined) this.#tables[table].delete(id);
    else this.#tables[table].set(id, row);
    if (INDEXED.has(table)) this.#index(table, id, was, row);
    if (fades(table)) this.fading.note(table, id, row as Tables[FadingTable] | undefined);
    else if (table === 'desk' && row) this.#follow((row as DeskRow).rules);
  }

  /** Keeps in step what is derived from the tables. */
  #index(table: TableName, id: string, was: unknown, is: unknown): void {
    const { routing } = this;
    switch (table) {
      case 'alarms':
        return routing.noteAlarm(was as Alarm | undefined, is as Alarm | undefined);
      case 'plans':
        return routing.follow((is as PlanRow | undefined)?.plan, this.all('alarms'));
      case 'silences':
        return routing.noteSilence(id as SilenceId, is as Silence | undefined);
      case 'rules':
        return this.enrichment.noteRule(id, is as Rule | undefined);
      case 'maintenances': {
        const rows = [was, is] as (Maintenance | undefined)[];
        return this.enrichment.noteMaintenance(rows[0], rows[1], this.time);
      }
      case 'zones':
        return routing.noteZone(id, is as ZoneTable | undefined);
      case 'resolving':
        return routing.noteResolving(id, is as Resolving | undefined);
      case 'deliveries':
        return routing.noteDelivery(was as Delivery | undefined, is as Delivery | undefined);
      case 'types':
        return this.enrichment.delays.note(
          was as TypeRecord | undefined,
          is as TypeRecord | undefined,
        );
      case 'contacts':
        return this.pages.noteContact(was as Contact | undefined, is as Contact | undefined);
      case 'pages':
        return this.pages.note(was as Page | undefined, is as Page | undefined);
      case 'inventoryFeeds':
        this.enrichment.inventory = this.inventory;
        return this.inventory.note(id, is as InventoryFeed | undefined);
      default:
        return this.#indexMemory(table, was, is);
    }
  }

  #indexMemory(table: TableName, was: unknown, is: unknown): void {
    const { remembered } = this;
    switch (table) {
      case 'decisions':
        return remembered.noteDecision(was as Decision | undefined, is as Decision | undefined);
      case 'incidents':
        return remembered.noteIncident(was as Incident | undefined, is as Incident | undefined);
      case 'incidentPlans':
        return this.incidentRules.follow((is as IncidentPlanRow | undefined)?.plan);
      case 'actions':
        return remembered.noteAction(was as Action | undefined, is as Action | undefined);
      case 'cautions':
        return remembered.noteCaution(was as Caution | undefined, is as Caution | undefined);
    }
  }

  /** Rules that decide what fades when: a change of them is a new index. */
  #follow(rules: FoldRules): void {
    const same =
      this.fading.clearMemory === rules.clearMemory && this.fading.onceMemory === rules.onceMemory;
    if (same) return;
    this.fading.clearMemory = rules.clearMemory;
    this.fading.onceMemory = rules.onceMemory;
    this.fading.clear();
    for (const table of FADING_TABLES) {
      for (const [id, row] of this.#tables[table]) {
        this.fading.note(table, id, row);
      }
    }
  }

  /** The tables' content as one text: equal states have equal digests, whatever the row order. */
  digest(): string {
    const rows: string[] = [];
    for (const table of TABLE_NAMES)
      for (const [id, row] of this.#tables[table]) rows.push(`${table}/${id} ${canonical(row)}`);
    return fingerprint([String(this.position), String(this.time), ...rows.sort()]);
  }
}

/** Looks rows up: the state itself, or a draft over it. */
export interface Rows {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
}

/**
 * The id under which this event's alarm is or will be held, and the alarm if it is. Two different
 * things with one fingerprint get different ids.
 */
export function locate(rows: Rows, event: AlarmEvent): { id: AlarmId; alarm: Alarm | undefined } {
  let id = event.id;
  for (let n = 2; ; n++) {
    const alarm = rows.get('alarms', id);
    if (!alarm || isSameThing(alarm, event) || n > COLLISIONS_MAX) return { id, alarm };
    id = `${event.id}~${n}` as AlarmId;
  }
}

function isSameThing(alarm: Alarm, event: AlarmEvent): boolean {
  if (alarm.byLabels || event.byLabels === true) {
    return alarm.byLabels === (event.byLabels === true) && sameLabels(alarm.labels, event.labels);
  }
  return (
    alarm.resource === event.resource &&
    alarm.type === event.type &&
    alarm.qualifier === event.qualifier
  );
}

/** JSON with sorted keys, so that two ways to build a row cannot differ in the digest. */
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts: string[] = [];
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object).sort()) {
    if (object[key] !== undefined) parts.push(`${JSON.stringify(key)}:${canonical(object[key])}`);
  }
  return `{${parts.join(',')}}`;
}
