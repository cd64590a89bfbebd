import type { UserId } from '../../domain/alarm/alarm.ts';
import { byAge, type Document } from '../../domain/document/document.ts';
import type { Cell, Value, Values } from '../../domain/document/value.ts';
import type { Memory } from '../desk.ts';
import { lengthText } from './notice-words.ts';
import { counted, type NameOf, utcText } from './words.ts';

/** Which documents are wanted; '' is any. */
export interface DocumentFilter {
  readonly template: string;
  readonly incident: string;
  readonly kind: string;
  readonly is: string;
}

/** Documents, newest first. */
export function listDocuments(
  memory: Pick<Memory, 'all'>,
  wanted: Partial<DocumentFilter> = {},
): readonly Document[] {
  const { template = '', incident = '', kind = '', is = '' } = wanted;
  const found = [...memory.all('documents')].filter(
    (one) =>
      (template === '' || one.template === template) &&
      (incident === '' || one.incident === incident) &&
      (kind === '' || one.kind === kind) &&
      (is === '' || one.is === is),
  );
  return found.sort((a, b) => byAge(b, a));
}

/** Everybody whom the values name. */
export function peopleIn(values: Values): readonly UserId[] {
  const people = new Set<UserId>();
  const look = (cell: Cell): void => {
    if (typeof cell !== 'string' && 'person' in cell) people.add(cell.person);
  };
  for (const value of Object.values(values)) {
    if (value.is === 'people') for (const person of value.people) people.add(person);
    else if (value.is === 'list') value.items.forEach(look);
    else if (value.is === 'table') for (const row of value.rows) row.forEach(look);
  }
  return [...people];
}

/** What the desk fills in, short enough for a line of a form; '' for nothing. */
export function valueText(value: Value, nameOf: NameOf): string {
  switch (value.is) {
    case 'nothing':
      return '';
    case 'text':
      return value.text;
    case 'number':
      return String(value.number);
    case 'time':
      return utcText(value.at);
    case 'duration':
      return lengthText(value.ms);
    case 'people':
      return value.people.map(nameOf).join(', ');
    case 'list':
      return counted(value.items.length + value.more, 'line');
    case 'table':
      return counted(value.rows.length + value.more, 'row');
  }
}
