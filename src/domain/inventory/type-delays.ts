import { compilePattern, type Pattern } from '../alarm/pattern.ts';
import type { TypeRecord } from './alarm-type.ts';
import { withParents } from './alarm-type.ts';

interface Entry {
  readonly record: TypeRecord;
  /** Undefined: it speaks for every qualifier. */
  readonly pattern: Pattern | undefined;
}

/** Records of types by type, ready to be asked for every event: which delays hold for it. */
export class TypeDelays {
  readonly #byType = new Map<string, Entry[]>();
  #delaying = 0;

  /** No record has a delay. */
  get isIdle(): boolean {
    return this.#delaying === 0;
  }

  note(was: TypeRecord | undefined, is: TypeRecord | undefined): void {
    if (was) this.#forget(was);
    if (!is) return;
    const compiled = is.qualifier === '' ? undefined : compilePattern(is.qualifier);
    if (compiled && 'error' in compiled) return;
    const there = this.#byType.get(is.type) ?? [];
    this.#byType.set(is.type, [...there, { record: is, pattern: compiled }].sort(byId));
    if (delays(is)) this.#delaying++;
  }

  /** The record that speaks for these alarms, as `recordFor` finds it, if it has a delay. */
  of(type: string, qualifier: string): TypeRecord | undefined {
    if (this.#delaying === 0) return undefined;
    for (const one of withParents(type)) {
      const entries = this.#byType.get(one);
      const exact = entries?.find(({ pattern }) => pattern?.matches(qualifier));
      const found = exact ?? entries?.find(({ pattern }) => pattern === undefined);
      if (found) return delays(found.record) ? found.record : undefined;
    }
    return undefined;
  }

  #forget({ id, type }: TypeRecord): void {
    const there = this.#byType.get(type) ?? [];
    const left = there.filter(({ record }) => record.id !== id);
    const gone = there.find(({ record }) => record.id === id);
    if (gone && delays(gone.record)) this.#delaying--;
    if (left.length === 0) this.#byType.delete(type);
    else this.#byType.set(type, left);
  }
}

const delays = ({ onDelay, offDelay }: TypeRecord): boolean => (onDelay ?? 0) + (offDelay ?? 0) > 0;

const byId = (a: Entry, b: Entry): number => (a.record.id < b.record.id ? -1 : 1);
