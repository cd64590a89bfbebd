import assert from 'node:assert/strict';
import { test } from 'node:test';
import { subjectOf, terms } from '../../../test/support/routing.ts';
import { refusalText } from '../../base/refusal.ts';
import { type Instant, parseInstant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import {
  changeSilence,
  expireSilence,
  SILENCE_LIMITS,
  type Silence,
  type SilenceChange,
  type SilenceId,
  SilenceIndex,
  type WantedSilence,
} from './silence.ts';

const NOW = 1_000_000_000 as Instant;
/** Seconds from now. */
const at = (seconds: number): Instant => (NOW + seconds * 1_000) as Instant;

const wanted = (more: Partial<WantedSilence> = {}): WantedSilence => ({
  newId: 'new' as SilenceId,
  matchers: terms('alertname="Down"'),
  startsAt: at(0),
  endsAt: at(60),
  createdBy: 'nora',
  by: 'u1' as UserId,
  comment: 'works',
  annotations: {},
  ...more,
});

const silence = (from: number, to: number, more: Partial<Silence> = {}): Silence => ({
  id: 'old' as SilenceId,
  matchers: terms('alertname="Down"'),
  startsAt: at(from),
  endsAt: at(to),
  updatedAt: at(from),
  createdBy: 'tom',
  by: 'u2' as UserId,
  comment: '',
  annotations: {},
  ...more,
});

/** `old: -10..0, new: 0..60`: what is to be kept, in seconds from now. */
function said(change: SilenceChange): string {
  if (!change.ok) return `! ${refusalText(change.refused)}`;
  const s = (t: Instant): number => (t - NOW) / 1_000;
  const puts = change.puts.map((p) => `${p.id}: ${s(p.startsAt)}..${s(p.endsAt)}`);
  assert.ok(change.puts.every((put) => put.updatedAt === NOW));
  assert.equal(change.puts.at(-1)?.id, change.id);
  return puts.join(', ');
}

const UPDATE = { silence: 'old' as SilenceId };
const other = terms('alertname="Up"');

test('what is made, changed in place, or made anew', () => {
  const table: readonly (readonly [Silence | undefined, Partial<WantedSilence>, string])[] = [
    [undefined, {}, 'new: 0..60'],
    [undefined, { startsAt: at(-30) }, 'new: 0..60'],
    [undefined, { startsAt: at(30) }, 'new: 30..60'],
    [undefined, { startsAt: parseInstant('0001-01-01T00:00:00Z') ?? NOW }, 'new: 0..60'],
    [undefined, UPDATE, '! There is no such silence.'],
    // Active: the end may move, the start may not.
    [silence(-10, 10), { ...UPDATE, startsAt: at(-10) }, 'old: -10..60'],
    [silence(-10, 10), { ...UPDATE, startsAt: at(-10), endsAt: at(0) }, 'old: -10..0'],
    [silence(-10, 10), { ...UPDATE, startsAt: (at(-10) + 999) as Instant }, 'old: -9.001..60'],
    [silence(-10, 10), { ...UPDATE, startsAt: at(-9) }, 'old: -10..0, new: 0..60'],
    [
      silence(-10, 10),
      { ...UPDATE, startsAt: at(-10), matchers: other },
      'old: -10..0, new: 0..60',
    ],
    // Pending: both may move, not into the past.
    [silence(10, 20), { ...UPDATE, startsAt: at(5) }, 'old: 5..60'],
    [silence(10, 20), { ...UPDATE, startsAt: at(0) }, 'old: 0..60'],
    [silence(10, 20), { ...UPDATE, startsAt: at(-1) }, 'old: 0..0, new: 0..60'],
    // Expired: stays as it was.
    [silence(-20, -10), { ...UPDATE, startsAt: at(-20) }, 'new: 0..60'],
    [silence(-20, 0), { ...UPDATE, startsAt: at(-20) }, 'new: 0..60'],
  ];
  for (const [old, more, want] of table) {
    assert.equal(said(changeSilence(old, wanted(more), NOW)), want, JSON.stringify([old, more]));
  }
});

test('what is refused names the field, in words that clients look for', () => {
  const utf8 = terms('\u{1f642}="x"');
  const table: readonly (readonly [Partial<WantedSilence>, RegExp])[] = [
    [{ startsAt: at(60) }, /^! endsAt: start time must be before end time\.$/],
    [{ startsAt: at(61) }, /^! endsAt: start time must be before end time\.$/],
    [{ startsAt: at(-9), endsAt: at(-1) }, /^! endsAt: end time can't be in the past\.$/],
    [{ matchers: [] }, /^! matchers: at least one matcher required\.$/],
    [{ matchers: terms('a=""', 'b=~".*"') }, /^! matchers: at least one matcher must not match/],
    [{ matchers: terms('a=~"("') }, /^! matchers: invalid label matcher 0: invalid regular exp/],
    [{ matchers: terms('a="b"', 'a!~"["') }, /^! matchers: invalid label matcher 1: .*\[/],
    [{ matchers: [{ name: '', op: '=', value: 'x' }] }, /^! matchers: invalid label matcher 0/],
    [{ matchers: utf8, classicNames: true }, /^! matchers: invalid label matcher 0: .*name/],
    [{ matchers: terms('a="\ud800"') }, /^! matchers: invalid label matcher 0: .*value/],
  ];
  for (const [more, want] of table)
    assert.match(said(changeSilence(undefined, wanted(more), NOW)), want);
  for (const matchers of [utf8, terms('a!="b"'), terms('a!~"b"'), terms('a=""', 'b="c"')]) {
    assert.ok(changeSilence(undefined, wanted({ matchers }), NOW).ok, JSON.stringify(matchers));
  }
});

test('a silence is as large as its limits say, not one more', () => {
  const { matchers_max, comment_chars_max, author_chars_max, annotations_max } = SILENCE_LIMITS;
  const sized = (more: number): readonly Partial<WantedSilence>[] => [
    { matchers: Array.from({ length: matchers_max + more }, () => terms('a="b"')).flat() },
    { comment: 'x'.repeat(comment_chars_max + more) },
    { createdBy: 'x'.repeat(author_chars_max + more) },
    {
      annotations: Object.fromEntries(
        Array.from({ length: annotations_max + more }, (_, i) => [`a${i}`, '']),
      ),
    },
  ];
  for (const one of sized(0)) assert.ok(changeSilence(undefined, wanted(one), NOW).ok);
  for (const one of sized(1)) {
    assert.match(
      said(changeSilence(undefined, wanted(one), NOW)),
      /^! \w+: (at most|more than) \d+/,
    );
  }
});

test('a new one keeps nothing of how it was asked for', () => {
  const change = changeSilence(undefined, wanted({ classicNames: true }), NOW);
  assert.ok(change.ok);
  assert.deepEqual(change.puts, [
    { ...silence(0, 60), ...{ id: 'new', createdBy: 'nora' }, by: 'u1', comment: 'works' },
  ]);
});

test('expiring ends it now, and once', () => {
  assert.deepEqual(expireSilence(silence(-10, 10), NOW), silence(-10, 0, { updatedAt: NOW }));
  assert.deepEqual(expireSilence(silence(10, 20), NOW), silence(0, 0, { updatedAt: NOW }));
  const over = silence(-10, 0);
  assert.equal(expireSilence(over, NOW), over);
});

test('the index finds all that match, whatever their state, by id', () => {
  const index = new SilenceIndex();
  const down = subjectOf({ alertname: 'Down' });
  const found = (): string =>
    index
      .matching(down)
      .map(({ id }) => id)
      .join(' ');
  const put = (id: string, from: number, to: number, text: string): void =>
    index.set(silence(from, to, { id: id as SilenceId, matchers: terms(text) }));
  put('c', -9, -1, 'alertname=~"D.*"');
  put('a', -1, 9, 'alertname="Down"');
  put('b', 1, 9, 'site=""');
  put('d', -1, 9, 'alertname="Up"');
  put('e', -1, 9, 'alertname=~"("');
  assert.equal(found(), 'a b c');
  put('a', -1, 9, 'alertname=~"("');
  index.delete('c' as SilenceId);
  assert.equal(found(), 'b');
});
