import type { Labels } from '../alarm/event.ts';
import { labelValue } from '../alarm/matcher.ts';

interface Labelled {
  readonly labels: Labels;
}

/**
 * Order of alerts in a notification, as Alertmanager's AlertSlice: by job, then by instance, those
 * that have one first; then fewer labels first; then label by label, a missing one first.
 */
export function compareAlerts(a: Labelled, b: Labelled): number {
  return (
    compareFirst(a.labels, b.labels, 'job') ||
    compareFirst(a.labels, b.labels, 'instance') ||
    compareLabels(a.labels, b.labels)
  );
}

function compareFirst(a: Labels, b: Labels, name: string): number {
  const [left, right] = [labelValue(a, name), labelValue(b, name)];
  if (left === right) return 0;
  if (left === '') return 1;
  return right === '' ? -1 : byText(left, right);
}

/** Fewer labels first; then label by label in the order of their names, a missing one first. */
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [Object.keys(a).sort(), Object.keys(b).sort()];
  if (left.length !== right.length) return left.length - right.length;
  for (let i = 0; i < left.length; i++) {
    const [l, r] = [left[i] ?? '', right[i] ?? ''];
    // The smaller name is missing on the other side, and missing comes first.
    if (l !== r) return l < r ? 1 : -1;
    const by = byText(a[l] ?? '', b[r] ?? '');
    if (by !== 0) return by;
  }
  return 0;
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
