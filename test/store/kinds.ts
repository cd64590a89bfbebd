import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import type { AlarmSearch, Store } from '../../src/ports/store.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { memoryStore } from '../support/store.ts';
import { folderOf } from './samples.ts';

/** Every implementation of the port: each claim is made of all of them. */
const KINDS: readonly (readonly [string, (t: TestContext) => Promise<Store>])[] = [
  ['memory', async () => memoryStore()],
  [
    'embedded',
    async (t) => {
      const folder = folderOf(t);
      const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
      t.after(() => store.close());
      return store;
    },
  ],
];

/** A test of every kind of store. */
export function claim(title: string, body: (store: Store) => Promise<void>): void {
  for (const [kind, open] of KINDS) {
    test(`${kind} store: ${title}`, async (t) => body(await open(t)));
  }
}

export const searchFor = (differs: Partial<AlarmSearch> = {}): AlarmSearch => ({
  words: '',
  condition: 'any',
  labels: [],
  cursor: undefined,
  limit: 100,
  ...differs,
});

export const found = async (store: Store, differs: Partial<AlarmSearch>): Promise<string[]> =>
  (await store.search(searchFor(differs))).items.map(({ alarm }) => alarm.id);
