import { checks } from './sections/checks.ts';
import { dataSets } from './sections/data-sets.ts';
import { dataSources } from './sections/data-sources.ts';
import { documents } from './sections/documents.ts';
import { figures } from './sections/figures.ts';
import { heatMaps } from './sections/heat-maps.ts';
import { incidentRules } from './sections/incident-rules.ts';
import { runbooks } from './sections/runbooks.ts';
import type { Section } from './sections/section.ts';
import { slos } from './sections/slos.ts';

/** Tocsin's own top-level sections. To add one: src/config/sections/<name>.ts and a line here. */
export const SECTIONS: readonly Section[] = [
  dataSources,
  checks,
  figures,
  dataSets,
  slos,
  heatMaps,
  runbooks,
  incidentRules,
  documents,
];
