/**
 * A process of its own that writes counted batches into the store of a folder until it is killed,
 * and tells each position after its write. A write that fails is told and tried again on a word.
 */
import { once } from 'node:events';
import { silentLog } from '../../src/base/log.ts';
import { openEmbeddedStore } from '../../src/store/embedded.ts';
import { counted } from './counted.ts';

const [folder = '', weight = ''] = process.argv.slice(2);
const store = await openEmbeddedStore({ folder, readers: 1, log: silentLog });
const tell = (m: { position: number; failed?: string }): void => {
  process.send?.(m);
};

for (let position = store.position + 1; ; position++) {
  const text = weight === 'heavy' ? `${position} `.repeat(20_000) : '';
  try {
    await store.write(counted(position, text));
  } catch (error) {
    tell({ position: store.position, failed: (error as Error).message });
    await once(process, 'message');
    position--;
    continue;
  }
  tell({ position });
}
