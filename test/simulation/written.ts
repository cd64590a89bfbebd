import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import type { Instant } from '../../src/base/time.ts';
import { readDocumentTemplate } from '../../src/config/document-template.ts';
import { attachmentAct } from '../../src/desk/attaching.ts';
import type { Desk, Memory } from '../../src/desk/desk.ts';
import { THE_DESK } from '../../src/desk/draft.ts';
import type { Act } from '../../src/desk/entry.ts';
import { Attacher } from '../../src/documents/attacher.ts';
import { DocumentEngine } from '../../src/documents/engine.ts';
import type { RenderJob } from '../../src/documents/job.ts';
import { byAge, type Document, type Format } from '../../src/domain/document/document.ts';
import type { TemplateFile } from '../../src/domain/document/template.ts';
import type { ManualClock } from '../support/clock.ts';
import { saidOf } from '../support/refusals.ts';
import { type Chance, chance } from './random.ts';

const template = (name: string, attach: string, more = ''): TemplateFile => {
  const front = `name: ${name}\nfor: incident\nattach: ${attach}\nvariables:\n`;
  const text = `---\n${front}  title: {from: incident.title}\n${more}---\n# {{ .title }}\n`;
  const read = readDocumentTemplate(text, name);
  return 'faults' in read ? { file: name, faults: read.faults } : { file: name, template: read };
};

const FILES: readonly TemplateFile[] = [
  template('log', '{on_open: yes, on_reopen: yes, on_merge: yes}'),
  template('report', '{on_open: yes, on_reopen: copy, on_merge: copy}', '  what: {}\n'),
];

/** Somebody wants a document, wants one tried again, or removes one. */
export function documentAct(c: Chance, memory: Memory): Act {
  const all = [...memory.all('documents')].filter(({ by }) => by !== undefined).sort(byAge);
  const failed = all.find(({ is }) => is === 'failed');
  if (failed && c.in100(30)) return { verb: 'document.again', document: failed.id };
  const own = all.find(({ by }) => by !== THE_DESK);
  if (own && c.in100(20)) return { verb: 'document.remove', document: own.id, why: 'enough' };
  const n = String(c.below(1_000_000));
  const frozen = { body: '# {{ .n }}', values: { n: { is: 'text' as const, text: n } } };
  const job = { template: 't', title: 'T', kind: 'other' as const, asked: { n }, frozen };
  return { verb: 'document.ask', job };
}

const contentOf = ({ frozen }: Pick<Document, 'frozen'>): string => JSON.stringify(frozen);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/**
 * The documents of one seeded life: the real engine and the real attacher over files that outlive
 * the process, killed between any two steps; and what must hold of every document.
 */
export class WrittenDocuments {
  readonly #chance: Chance;
  readonly #isLying: boolean;
  /** On the disk, by their content. */
  readonly #files = new Set<string>();
  /** Each document as it was last seen. */
  readonly #seen = new Map<string, Document>();
  #life = 0;

  constructor(seed: number, isLying: boolean) {
    this.#chance = chance(seed + 77_777);
    this.#isLying = isLying;
  }

  /** The process of before is dead: nothing that it had begun goes on. */
  begin(desk: Desk, clock: Pick<ManualClock, 'now' | 'at'>): void {
    const life = ++this.#life;
    const step = async (): Promise<void> => {
      await Promise.resolve();
      if (this.#life !== life) await new Promise(() => {});
    };
    const engine = new DocumentEngine({
      ...{ clock, log: silentLog },
      render: async (job) => {
        await step();
        if (this.#chance.in100(20)) return { is: 'failed', why: 'no memory' };
        const content = bytes(this.#isLying ? 'what is true now' : contentOf(job));
        return { is: 'rendered', files: { markdown: content, html: content, pdf: content } };
      },
      files: {
        put: async (format: Format, content) => {
          await step();
          const sha256 = `${format} ${new TextDecoder().decode(content)}`;
          this.#files.add(sha256);
          return { sha256, bytes: content.length };
        },
        get: async () => undefined,
        sweep: async () => 0,
      },
      jobOf: ({ frozen, wantedAt: at }): RenderJob | undefined =>
        frozen && { frozen, at, title: '', foot: '', names: {} },
      next: () =>
        [...desk.memory.all('documents')].filter(({ is }) => is === 'wanted').sort(byAge)[0],
      wanted: () => new Set(),
      tell: async ({ id: document, template: of }, told) => {
        await step();
        const entry = { kind: 'document' as const, at: clock.now(), document, template: of };
        const { ok } = await desk.report({ ...entry, ...told });
        await step();
        return ok;
      },
    });
    const attacher = attacherOf(desk, clock, step);
    const look = (): void => {
      if (this.#life !== life) return;
      this.#see(desk.memory);
      engine.look();
      attacher.look();
    };
    desk.watch(({ tables }) => {
      if (tables.has('documents') || tables.has('attachments')) look();
    });
    look();
  }

  /** A document goes on only as it may: what ended stays, and its values never change. */
  #see(memory: Memory): void {
    for (const is of memory.all('documents')) {
      const was = this.#seen.get(is.id);
      this.#seen.set(is.id, is);
      if (!was || was === is) continue;
      assert.equal(contentOf(is), contentOf(was), `${is.id}: its values changed`);
      const [before, now] = [was.attempt ?? 1, is.attempt ?? 1];
      const isAgain = was.is === 'failed' && now === before + 1;
      const stays = was.is === is.is && now === before;
      const ends = was.is === 'wanted' && now === before;
      assert.ok(isAgain || stays || ends, `${is.id}: ${was.is} ${before}, then ${is.is} ${now}`);
    }
  }

  /** Once all is quiet: every document ended, as it was frozen; each incident has its log once. */
  check(memory: Memory): void {
    assert.equal(memory.count('attachments'), 0, 'an incident was not looked at');
    let logs = 0;
    for (const one of memory.all('documents')) {
      assert.notEqual(one.is, 'wanted', `${one.id} never ended`);
      if (one.template === 'log' && one.version === 1) logs++;
      const { n } = one.frozen?.values ?? {};
      if (one.asked?.['n'] !== undefined)
        assert.deepEqual(n, { is: 'text', text: one.asked['n'] }, `${one.id} says something else`);
      if (one.is !== 'rendered' || !one.frozen) continue;
      for (const format of ['markdown', 'html', 'pdf'] as const) {
        assert.equal(
          one.files?.[format]?.sha256,
          `${format} ${contentOf(one)}`,
          `${one.id} is other`,
        );
        assert.ok(this.#files.has(one.files[format].sha256), `${one.id}: told before it was there`);
      }
    }
    assert.equal(logs, memory.count('incidents'), 'a log was lost, or begun twice');
  }
}

function attacherOf(
  desk: Desk,
  clock: Pick<ManualClock, 'now' | 'at'>,
  step: () => Promise<void>,
): Attacher {
  const store = { ...desk.store, alarm: async () => undefined };
  const accounts = { find: () => undefined, people: { byLogin: () => undefined } } as never;
  const parts = { desk: { memory: desk.memory, clock: desk.clock, store }, accounts };
  return new Attacher({
    ...{ clock, log: silentLog },
    next: () => [...desk.memory.all('attachments')].sort((a, b) => a.position - b.position)[0],
    isWritten: () => true,
    does: async (due) => {
      const act = await attachmentAct({ ...parts, linesOf: async () => [] }, FILES, due);
      await step();
      const done = await desk.act(THE_DESK, act);
      await step();
      return saidOf(done.refused);
    },
  });
}

/** An entry of before people asked for documents. */
export const oldDocument = (memory: Memory, at: Instant, n: number) => ({
  ...{ kind: 'document' as const, at, document: `doc-${n}`, template: 'review', detail: '' },
  says: memory.get('documents', `doc-${n}`) ? ('rendered' as const) : ('wanted' as const),
});
