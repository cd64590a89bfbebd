import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { COLUMNS, TABLE_NAMES, TRAPS, trapOf } from './tables.ts';

test('every table of the folder is read', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.txt'));
  assert.deepEqual(files.sort(), TABLE_NAMES.map((name) => `traps-${name}.txt`).sort());
});

test('every line of the table is found with and without .0. before the last number', () => {
  const forms = new Map<string, string>();
  for (const trap of TRAPS) {
    const numbers = trap.oid.split('.');
    const last = numbers.pop() ?? '';
    const base = numbers.join('.').replace(/\.0$/, '');
    for (const oid of [`${base}.${last}`, `${base}.0.${last}`]) {
      assert.equal(trapOf(oid)?.name, trap.name, oid);
      assert.equal(forms.get(oid) ?? trap.name, trap.name, `${oid} is two notifications`);
      forms.set(oid, trap.name);
    }
  }
});

test('what clears has something to clear: a raise of the same type and part', () => {
  const raised = new Set(
    TRAPS.filter(({ does }) => does === 'raise' || does === 'state').map(keyOf),
  );
  const alone = TRAPS.filter(
    (trap) =>
      trap.does === 'clear' &&
      !(typeof trap.type === 'object' && 'named' in trap.type) &&
      !raised.has(keyOf(trap)),
  );
  assert.deepEqual(
    alone.map(({ name }) => name),
    [],
  );
});

const keyOf = ({ type, part }: (typeof TRAPS)[number]): string => {
  const prefix = part.is === 'device' ? '' : part.prefix;
  const name = typeof type === 'string' ? type : 'named' in type ? '' : type.column;
  return `${name} ${prefix}`;
};

test('no column lies below another, so the first that fits an OID is the only one', () => {
  for (const oid of COLUMNS.keys()) {
    for (let dot = oid.lastIndexOf('.'); dot > 0; dot = oid.lastIndexOf('.', dot - 1)) {
      assert.ok(!COLUMNS.has(oid.slice(0, dot)), `${oid} below ${oid.slice(0, dot)}`);
    }
  }
});
