import { mkdirSync } from 'node:fs';
import type { Instant } from '../../base/time.ts';
import type { TableSource } from '../../domain/check/source.ts';
import { filledIn, type Parameters, type TestTemplate } from '../../domain/check/test.ts';
import { grouped } from '../../domain/check/words.ts';
import { type EvidenceFile, EvidenceWriter } from './evidence.ts';
import { CheckFault } from './fault.ts';
import { Sums } from './judges.ts';
import { badWords, countKey, judgeOf, type RowRule } from './make-judge.ts';
import { type Differences, Reconciler } from './reconcile.ts';
import { broken, Judging, type Partition, RowEvidence, Scan, type TestCase } from './scan.ts';
import { readTable } from './tables.ts';

/** Templates times parameters over one table. */
export interface SuiteSpec {
  readonly source: string;
  readonly parameters: readonly Parameters[];
  readonly tests: readonly TestTemplate[];
}

/** One run of a check, as its thread gets it. Secrets are in their places. */
export interface DataJob {
  readonly is: 'data';
  readonly check: SuiteSpec;
  readonly sources: Readonly<Record<string, TableSource>>;
  /** Rows counted the last time. */
  readonly before: Readonly<Record<string, number>>;
  readonly now: Instant;
  /** Where evidence goes, and what the names of its files begin with. */
  readonly folder: string;
  readonly run: string;
}

export interface DataResult {
  readonly is: 'data';
  readonly cases: readonly TestCase[];
  /** Rows of the check's own table. */
  readonly rows: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly evidence: readonly EvidenceFile[];
}

/** All tests of one check: one pass over each table, whatever the number of tests. */
export async function runData(job: DataJob): Promise<DataResult> {
  mkdirSync(job.folder, { recursive: true });
  const run = new DataRun(job);
  await run.scan();
  await run.reconcile();
  return run.result();
}

type RowTemplate = TestTemplate & { readonly rule: RowRule };
type ReconcileRule = Extract<TestTemplate['rule'], { is: 'reconcile' }>;

/** A template, and its cases by the groups of its partition. Equal groups take further layers. */
interface Planned {
  readonly template: RowTemplate;
  readonly partition: Partition;
  readonly layers: (TestCase | undefined)[][];
  /** For `sum`: the other table's partition, and its group by the group of this one. */
  readonly there?: { readonly partition: Partition; readonly groups: number[] };
}

class DataRun {
  readonly #job: DataJob;
  readonly #cases: TestCase[] = [];
  readonly #scans = new Map<string, Scan>();
  readonly #row: Planned[] = [];
  readonly #reconciliations: { readonly rule: ReconcileRule; readonly test: TestCase }[] = [];
  readonly #ended: (() => void)[] = [];
  readonly #writers: (EvidenceWriter | RowEvidence)[] = [];
  readonly #counts: Record<string, number> = {};
  #reconciled: Differences['rows'] = [0, 0];

  constructor(job: DataJob) {
    this.#job = job;
    for (const template of job.check.tests) this.#plan(template);
    for (const planned of this.#row) this.#judge(planned);
  }

  async scan(): Promise<void> {
    for (const [name, scan] of this.#scans) {
      try {
        await readTable(this.#source(name), scan);
      } catch (error) {
        scan.break(whyOf(error));
      }
    }
    for (const end of this.#ended) end();
  }

  async reconcile(): Promise<void> {
    for (const [i, { rule, test }] of this.#reconciliations.entries()) {
      const file = `${this.#job.run}-reconcile-${i + 1}.csv`;
      const what = `differences between ${this.#job.check.source} and ${rule.withSource}`;
      const writer = new EvidenceWriter(this.#job.folder, file, what, Reconciler.head(rule));
      this.#writers.push(writer);
      const reconciler = new Reconciler(rule, writer);
      this.#reconciled = reconciler.found.rows;
      try {
        await readTable(this.#source(this.#job.check.source), reconciler.here());
        await readTable(this.#source(rule.withSource), reconciler.there());
        reconciler.end();
        test.text = differencesText(reconciler, rule.withSource);
        test.verdict = test.text === '' ? 'passed' : 'failed';
      } catch (error) {
        Object.assign(test, broken(whyOf(error)));
      }
    }
  }

  result(): DataResult {
    const evidence = this.#writers.flatMap((one) => {
      const writer = one instanceof RowEvidence ? one.writer : one;
      const file = writer?.close();
      return file ? [file] : [];
    });
    const rows = this.#scans.get(this.#job.check.source)?.rows ?? this.#reconciled[0];
    return { is: 'data', cases: this.#cases, rows, counts: this.#counts, evidence };
  }

  #source(name: string): TableSource {
    const source = this.#job.sources[name];
    if (!source) throw new CheckFault(`there is no data source "${name}"`);
    return source;
  }

  #scanOf(name: string): Scan {
    const held = this.#scans.get(name);
    if (held) return held;
    const { folder, run } = this.#job;
    const file = `${run}-rows-${this.#scans.size + 1}.csv`;
    const rows = new RowEvidence(
      (head) => new EvidenceWriter(folder, file, `rows of ${name} that failed`, head),
    );
    this.#writers.push(rows);
    const made = new Scan(rows);
    this.#scans.set(name, made);
    return made;
  }

  #plan(template: TestTemplate): void {
    const { parameters } = this.#job.check;
    const { name, rule } = template;
    const cases = (parameters.length > 0 ? parameters : [{}]).map((values, subject): TestCase => {
      const made = { name, kind: rule.is, parameters: values, subject };
      return { ...made, verdict: 'passed', text: '' };
    });
    this.#cases.push(...cases);
    if (rule.is === 'reconcile') {
      for (const test of cases) this.#reconciliations.push({ rule, test });
      return;
    }
    const columns = Object.keys(template.where).sort();
    const partition = this.#scanOf(this.#job.check.source).partition(columns);
    const there =
      rule.is === 'sum'
        ? { partition: this.#scanOf(rule.thanSource).partition(columns), groups: [] as number[] }
        : undefined;
    const layers: (TestCase | undefined)[][] = [];
    for (const test of cases) {
      const values = columns.map((c) => filledIn(template.where[c] ?? '', test.parameters));
      const group = partition.groupOf(values);
      if (there) there.groups[group] = there.partition.groupOf(values);
      put(layers, group, test);
    }
    const planned = { template: { ...template, rule }, partition, layers };
    this.#row.push(there ? { ...planned, there } : planned);
  }

  #judge({ template, partition, layers, there }: Planned): void {
    const { before, now, check } = this.#job;
    const { rule } = template;
    const evidence = this.#scanOf(check.source).evidence;
    for (const layer of layers) {
      const cases = Array.from({ length: partition.size }, (_, group) => layer[group]);
      const counts = new Float64Array(partition.size);
      const making = { cases, now, before, counts };
      try {
        const other = there && rule.is === 'sum' ? this.#other(rule, there, template) : undefined;
        const judge = judgeOf(rule, other ? { ...making, there: other } : making);
        const judging = new Judging(judge, cases, evidence);
        partition.judging.push(judging);
        this.#ended.push(() => {
          judging.end(badWords(rule));
          if (rule.is === 'rows' && !judging.isBroken) this.#keepCounts(cases, counts);
        });
      } catch (error) {
        for (const one of cases) if (one) Object.assign(one, broken(whyOf(error)));
      }
    }
  }

  /** Adds up the other table of a `sum`, by the groups of this one. */
  #other(
    rule: Extract<RowRule, { is: 'sum' }>,
    { partition, groups }: { readonly partition: Partition; readonly groups: readonly number[] },
    { name }: RowTemplate,
  ) {
    const sums = new Sums(rule.thanColumn, partition.size);
    const cases = Array.from({ length: partition.size }, (): TestCase => {
      const made = { name, kind: rule.is, parameters: {}, subject: -1 };
      return { ...made, verdict: 'passed', text: '' };
    });
    const judging = new Judging(sums, cases, this.#scanOf(rule.thanSource).evidence);
    partition.judging.push(judging);
    return (group: number) => {
      const at = groups[group] ?? 0;
      const bad = sums.notNumbers[at] ?? 0;
      const words = bad > 0 ? `${grouped(bad)} cells of ${rule.thanColumn} are no numbers` : '';
      return { sum: sums.of(at), broken: judging.isBroken ? (cases[at]?.text ?? '') : words };
    };
  }

  #keepCounts(cases: readonly (TestCase | undefined)[], counts: Float64Array): void {
    cases.forEach((one, group) => {
      if (one) this.#counts[countKey(one)] = counts[group] as number;
    });
  }
}

function put(layers: (TestCase | undefined)[][], group: number, test: TestCase): void {
  const free = layers.find((layer) => layer[group] === undefined);
  if (free) free[group] = test;
  else {
    const layer: (TestCase | undefined)[] = [];
    layer[group] = test;
    layers.push(layer);
  }
}

export const whyOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function differencesText({ found }: Reconciler, there: string): string {
  const parts: string[] = [];
  const say = (n: number, words: string): void => {
    if (n > 0) parts.push(`${grouped(n)} ${words}`);
  };
  say(found.onlyHere, `are not in ${there}`);
  say(found.onlyThere, `are only in ${there}`);
  say(found.differ, 'differ');
  say(found.twice, 'have a key that was there before');
  say(found.keyless, 'have no key');
  if (parts.length === 0) return '';
  const [here, other] = found.rows;
  return `of ${grouped(here)} and ${grouped(other)} rows ${parts.join(', ')}`;
}
