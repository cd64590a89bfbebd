#!/usr/bin/env node
// Medians of bench.mjs result files: node medians.mjs results/*.jsonl
import { readFileSync } from 'node:fs';
import { median } from './http.mjs';

const KEYS = ['name', 'scenario', 'count', 'same', 'batch', 'groupBy', 'groupWait', 'silences'];
const groups = new Map();
for (const f of process.argv.slice(2)) {
  for (const line of readFileSync(f, 'utf8').split('\n').filter(Boolean)) {
    const r = JSON.parse(line);
    const k = KEYS.filter((x) => r[x] !== undefined)
      .map((x) => `${x}=${r[x]}`)
      .join(' ');
    groups.set(k, [...(groups.get(k) ?? []), r]);
  }
}
for (const [k, rs] of groups) {
  const out = { runs: rs.length };
  for (const [f, v] of Object.entries(rs[0])) {
    if (KEYS.includes(f) || f === 'run') continue;
    if (typeof v === 'number') out[f] = median(rs.map((r) => r[f]));
    else if (v?.medianMs !== undefined) out[f] = median(rs.map((r) => r[f].medianMs)); // read scenario: per endpoint, ms
  }
  console.log(k, JSON.stringify(out));
}
