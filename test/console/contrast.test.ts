import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const COLOUR = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;

function tokensOf(file: string): ReadonlyMap<string, readonly string[]> {
  const css = readFileSync(new URL(`../../src/console/static/${file}`, import.meta.url), 'utf8');
  return new Map([...css.matchAll(COLOUR)].map(([, name = '', ...pair]) => [name, pair]));
}

const PLAIN = tokensOf('tokens.css');
const CONTRAST = new Map([...PLAIN, ...tokensOf('contrast.css')]);

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const SEVERITIES = ['critical', 'major', 'minor', 'warning', 'indeterminate'];
const SURFACES = ['ground', 'panel', 'raised', 'hover', 'picked'];

/** SC 1.4.3: text against what it stands on, 4.5 to 1. */
const TEXT: readonly (readonly [ink: string, on: string])[] = [
  ...SURFACES.flatMap((on) => [
    ['ink', on] as const,
    ['quiet', on] as const,
    ['link', on] as const,
  ]),
  ...['panel', 'ground', 'raised'].flatMap((on) => [['bad', on] as const, ['good', on] as const]),
  ['good', 'hover'],
  ['good', 'picked'],
  ['on-accent', 'accent'],
  ...SEVERITIES.map((s) => [`${s}-on`, `${s}-fill`] as const),
  ...SEVERITIES.flatMap((s) => SURFACES.map((on) => [`${s}-ink`, on] as const)),
];

/** SC 1.4.11 and 2.4.13: what shows a control, its state or the focus, 3 to 1. */
const SHAPES: readonly (readonly [ink: string, on: string])[] = [
  ...SURFACES.map((on) => ['focus', on] as const),
  ...['panel', 'raised', 'ground'].map((on) => ['field-rule', on] as const),
  ...['panel', 'raised'].map((on) => ['accent', on] as const),
];

for (const [theme, tokens, at, text, shapes] of [
  ['light', PLAIN, 0, 4.5, 3],
  ['dark', PLAIN, 1, 4.5, 3],
  ['light high-contrast', CONTRAST, 0, 7, 4.5],
  ['dark high-contrast', CONTRAST, 1, 7, 4.5],
] as const) {
  const value = (name: string): string => {
    const found = tokens.get(name)?.[at];
    assert.ok(found, `there is no colour --${name}`);
    return found;
  };
  const faults = (pairs: typeof TEXT, least: number) =>
    pairs.flatMap(([ink, on]) => {
      const ratio = contrast(value(ink), value(on));
      return ratio < least ? [`--${ink} on --${on}: ${ratio.toFixed(2)}`] : [];
    });
  test(`text can be read in the ${theme} theme: ${text} to 1 (WCAG 2.2)`, () => {
    assert.deepEqual(faults(TEXT, text), []);
  });
  test(`controls and focus can be seen in the ${theme} theme: ${shapes} to 1 (WCAG 2.2)`, () => {
    assert.deepEqual(faults(SHAPES, shapes), []);
  });
}

test('contrast is computed as WCAG does', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
});
