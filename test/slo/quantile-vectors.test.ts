import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { classicHistogram, type Histogram, quantileOf } from '../../src/domain/slo/quantile.ts';

const FOLDER = process.env.TOCSIN_DATA ?? '';
const skip = FOLDER === '' ? 'TOCSIN_DATA is not set: no vectors of Prometheus' : false;

/** Evaluations of the file that this test understands and compares. */
const COMPARED = 146;

type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly name: string;
  readonly labels: Labels;
  readonly values: readonly number[];
}

/** The series that a block of `load` names; constant slopes and written out values. */
class Loaded {
  #step = 0;
  #series: Series[] = [];
  /** Whether each classic histogram is a native one with custom bounds besides. */
  #hasNative = new Set<string>();

  clear(): void {
    this.#series = [];
  }

  begin(line: string): void {
    const [, minutes = '0'] = / (\d+)m/.exec(line) ?? [];
    this.#step = Number(minutes);
  }

  add(line: string, isNative: boolean): void {
    const found = /^\s+([\w]+)\{(.*?)\}\s+(.+?)\s*$/.exec(line);
    if (!found) return;
    const [, name = '', labels = '', values = ''] = found;
    const read = valuesOf(values);
    if (read === undefined) return;
    this.#series.push({ name, labels: labelsOf(labels), values: read });
    if (isNative) this.#hasNative.add(name);
  }

  isNative(name: string): boolean {
    return this.#hasNative.has(`${name}_bucket`);
  }

  /** At a moment; of a rate how fast it rises there, per step: constant slopes only. */
  at(name: string, minute: number, isRate: boolean): (Series & { value: number })[] {
    const i = Math.floor(minute / this.#step);
    return this.#series.flatMap((one) => {
      if (one.name !== name) return [];
      const last = one.values[Math.min(i, one.values.length - 1)] ?? Number.NaN;
      const before = one.values[Math.min(i, one.values.length - 1) - 1] ?? 0;
      return [{ ...one, value: isRate ? last - before : last }];
    });
  }
}

const labelsOf = (text: string): Labels =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );

/** `0+5x10`, `0x10`, `1 3 9`. */
function valuesOf(text: string): readonly number[] | undefined {
  const slope = /^(-?[\d.]+)(?:\+([\d.]+))?x(\d+)$/.exec(text);
  if (slope) {
    const [, first, rise = '0', times] = slope;
    return Array.from({ length: Number(times) + 1 }, (_, i) => Number(first) + i * Number(rise));
  }
  const all = text.split(/\s+/).map(Number);
  return all.every(Number.isFinite) ? all : undefined;
}

const numberOf = (text: string): number =>
  /^\+?inf$/i.test(text)
    ? Infinity
    : /^-inf$/i.test(text)
      ? -Infinity
      : text.includes('/')
        ? Number.parseFloat(text) / Number.parseFloat(text.split('/')[1] ?? '')
        : Number(text);

/** `q, [sum|avg](rate(NAME[…])) by (…)`, `q, rate(NAME[…])` and `q, NAME`. */
const EVAL =
  /^eval instant at (\d+)m? histogram_quantile\(([^,]+), (?:(sum|avg)(?: by \(([\w, ]+)\) )?\()?(rate\()?(\w+)(?:\[\d+m\]\))?\)?(?: by \(([\w, ]+)\))?\)$/;

function histogramOf(
  series: readonly { labels: Labels; value: number }[],
  isNative: boolean,
): Histogram | undefined {
  const given = series.map(({ labels: { le = '', ...labels }, value }) => ({
    ...{ le: numberOf(le), count: value, of: JSON.stringify(labels) },
  }));
  if (!isNative) return classicHistogram(given);
  // Bounds of one series that are written in several ways are one bucket there: the last wins.
  const once = new Map(given.map((one) => [`${one.of} ${one.le}`, one]));
  const whole = classicHistogram([...once.values()]);
  const buckets = (whole?.buckets ?? []).filter(({ count }) => count > 0);
  return { buckets, spread: 'linear' };
}

test('quantiles are those of Prometheus, by its own test vectors', { skip }, () => {
  const file = join(FOLDER, 'prometheus/promql-histograms.test.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  const loaded = new Loaded();
  let [load, compared] = ['', 0];
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (line.trim() === 'clear') loaded.clear();
    if (line.startsWith('load')) loaded.begin(line);
    if (/^\S/.test(line) && !line.startsWith('#')) load = line;
    else if (load.startsWith('load')) loaded.add(line, load.includes('nhcb'));
    const found = EVAL.exec(line);
    if (!found || /expect fail/.test(lines[i + 1] ?? '')) continue;
    const [, minute, q = '', sum, byFront, isRate, name = '', byBack] = found;
    const isNative = !name.endsWith('_bucket');
    if (isNative && !loaded.isNative(name)) continue;
    const all = loaded.at(isNative ? `${name}_bucket` : name, Number(minute), isRate !== undefined);
    const by = (byFront ?? byBack ?? '').split(/,\s*/);
    const groups = new Map<string, typeof all>();
    for (const one of all) {
      const kept = Object.entries(one.labels).filter(
        ([label]) => label !== 'le' && (sum === undefined || by.includes(label)),
      );
      const key = JSON.stringify(kept.sort());
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    for (const [key, series] of groups) {
      const labels = Object.fromEntries(JSON.parse(key) as [string, string][]);
      const want = wanted(lines.slice(i + 1), labels);
      if (want === undefined) continue;
      const histogram = histogramOf(series, isNative);
      const got = histogram ? quantileOf(numberOf(q), histogram).value : Number.NaN;
      const isSame =
        Object.is(got, want) || Math.abs(got - want) <= 1e-9 * Math.abs(want) || got === want;
      assert.ok(isSame, `line ${i + 1}: ${line} ${key}: ${got}, not ${want}`);
      compared++;
    }
  }
  assert.equal(compared, COMPARED);
});

/** The value that the lines below an evaluation give for these labels. */
function wanted(below: readonly string[], labels: Labels): number | undefined {
  for (const line of below) {
    if (/^\S/.test(line) || line.trim() === '') return undefined;
    const found = /^\s+\{(.*)\} (\S+)$/.exec(line);
    if (!found) continue;
    const own = labelsOf(found[1] ?? '');
    const isSame =
      JSON.stringify(Object.entries(own).sort()) === JSON.stringify(Object.entries(labels).sort());
    if (isSame) return numberOf(found[2] ?? '');
  }
  return undefined;
}
