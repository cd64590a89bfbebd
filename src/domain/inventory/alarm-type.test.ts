import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusalText } from '../../base/refusal.ts';
import type { Instant, Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import {
  recordFault,
  recordFor,
  recordId,
  TYPE_LIMITS,
  type TypeRecord,
  type WantedRecord,
} from './alarm-type.ts';

const wanted = (more: Partial<WantedRecord> = {}): WantedRecord => ({
  ...{ type: 'link.down', qualifier: '', meaning: 'no light', action: '', consequence: '' },
  ...{ severities: [], owner: '', runbook: '', reason: 'review', ...more },
});

const record = (type: string, qualifier = ''): TypeRecord => ({
  ...wanted({ type, qualifier }),
  ...{ id: recordId(type, qualifier), by: 'nora' as UserId, at: 0 as Instant },
});

const RECORDS = [
  record('link'),
  record('link.down'),
  record('link.down', 'fan-.*'),
  record('bgp', 'v4'),
];

for (const [type, qualifier, want] of [
  ['link.down', '', 'link.down'],
  ['link.down', 'fan-3', 'link.down fan-.*'],
  ['link.down', 'xfan-3', 'link.down'],
  ['link.down.optical', '', 'link.down'],
  ['link.up', '', 'link'],
  ['linked', '', undefined],
  ['bgp', 'v6', undefined],
  ['bgp.peer', 'v4', 'bgp v4'],
] as const) {
  test(`${type} ${qualifier} is described by ${want ?? 'nothing'}`, () => {
    const ofType = (one: string) => RECORDS.filter((r) => r.type === one);
    assert.equal(recordFor(ofType, type, qualifier)?.id, want);
  });
}

const { type_chars_max, text_chars_max, owner_chars_max, link_chars_max } = TYPE_LIMITS;
const { length_ms_max, delay_ms_max } = TYPE_LIMITS;
const link = (chars: number) => `https://x/${'y'.repeat(chars - 10)}`;

for (const [what, more, fault] of [
  ['nothing more than it must', {}, undefined],
  ['a type with a space', { type: 'link down' }, /^type:/],
  ['the longest type', { type: 't'.repeat(type_chars_max) }, undefined],
  ['a longer type', { type: 't'.repeat(type_chars_max + 1) }, /^type:/],
  ['a pattern that is none', { qualifier: '(' }, /^qualifier:/],
  ['no meaning', { meaning: ' ' }, /^meaning:/],
  ['no reason', { reason: '' }, /^reason:/],
  ['the longest text', { action: 'a'.repeat(text_chars_max) }, undefined],
  ['a longer text', { action: 'a'.repeat(text_chars_max + 1) }, /^action:/],
  ['the longest owner', { owner: 'o'.repeat(owner_chars_max) }, undefined],
  ['a longer owner', { owner: 'o'.repeat(owner_chars_max + 1) }, /^owner:/],
  ['a runbook that a browser must not follow', { runbook: 'javascript:x' }, /^runbook:/],
  ['the longest runbook', { runbook: link(link_chars_max) }, undefined],
  ['a longer runbook', { runbook: link(link_chars_max + 1) }, /^runbook:/],
  ['the longest delay', { onDelay: delay_ms_max as Millis }, undefined],
  ['a longer delay', { offDelay: (delay_ms_max + 1) as Millis }, /^offDelay:/],
  ['the longest time to respond', { respondWithin: length_ms_max as Millis }, undefined],
  ['a longer one', { respondWithin: (length_ms_max + 1) as Millis }, /^respondWithin:/],
] as const) {
  test(`a record with ${what} is ${fault ? 'refused' : 'taken'}`, () => {
    const found = recordFault(wanted(more));
    if (fault) assert.match(found ? refusalText(found) : '', fault);
    else assert.equal(found, undefined);
  });
}
