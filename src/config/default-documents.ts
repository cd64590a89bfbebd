import type { TemplateFile } from '../domain/document/template.ts';
import { readDocumentTemplate } from './document-template.ts';

const REVIEW = `---
name: review
title: Post-incident review
kind: review
for: incident
attach: {on_reopen: copy, on_merge: copy}
variables:
  incident: {from: incident.id}
  title: {from: incident.title}
  severity: {from: incident.severity}
  state: {from: incident.state}
  opened: {type: time, from: incident.opened}
  closed: {type: time, from: incident.closed, required: false}
  lasted: {type: duration, from: incident.duration, required: false}
  lead: {type: person, from: incident.lead, required: false}
  people: {type: people, from: incident.people, required: false}
  closing_note: {from: incident.summary, required: false}
  resources: {type: list, from: incident.resources, required: false}
  timeline: {type: table, from: incident.timeline, required: false}
  alarms: {type: table, from: alarms, required: false}
  pages: {type: table, from: pages, required: false}
  runs: {type: table, from: runs, required: false}
  decisions: {type: table, from: decisions, required: false}
  actions: {type: table, from: actions, required: false}
  summary:
    description: What happened, in three sentences, for somebody who was not there.
  impact:
    description: Who could not do what, and for how long.
  contributing_factors:
    type: list
    description: What made it possible, or made it worse. Not who.
  went_well:
    type: list
    description: What helped, so that we keep it.
  went_badly:
    type: list
    required: false
    description: What held us up.
---
# Review: {{ .title }}

Incident {{ .incident }}, {{ .severity }}, {{ .state }}. Opened {{ .opened }}
{{- if .closed }}, closed {{ .closed }} after {{ .lasted }}{{ end }}.
{{- if .lead }} Led by {{ .lead }}.{{ end }}
{{- if .people }} Took part: {{ .people }}.{{ end }}

## Summary

{{ .summary }}

## Impact

{{ .impact }}

{{ if .closing_note }}## How it ended

{{ .closing_note }}

{{ end }}## What was wrong

{{ .resources }}

{{ .alarms }}

## Timeline

{{ .timeline }}

## Who was paged, and who answered

{{ .pages }}

## What was run

{{ .runs }}

## What was decided

{{ .decisions }}

## Contributing factors

{{ .contributing_factors }}

## What went well

{{ .went_well }}

{{ if .went_badly }}## What held us up

{{ .went_badly }}

{{ end }}## Actions

{{ .actions }}
`;

const HAND_OVER = `---
name: hand-over
title: Shift hand-over
kind: hand-over
variables:
  from: {type: time, from: shift.from}
  to: {type: time, from: shift.to}
  incidents: {type: table, from: incidents, required: false}
  alarms: {type: table, from: alarms, required: false}
  hidden: {type: table, from: hidden, required: false}
  pages: {type: table, from: pages, required: false}
  decisions: {type: table, from: decisions, required: false}
  actions: {type: table, from: actions, required: false}
  runs: {type: table, from: runs, required: false}
  on_call: {type: table, from: on_call, required: false}
  watch:
    description: What the next shift must look at first.
  notes:
    required: false
    description: Anything else.
---
# Hand-over, {{ .from }} to {{ .to }}

## Look at this first

{{ .watch }}

{{ if .notes }}{{ .notes }}

{{ end }}## Incidents that are open

{{ .incidents }}

## Alarms that are raised, and who has them

{{ .alarms }}

## Shelved, silenced or in maintenance, and until when

{{ .hidden }}

## Pages

{{ .pages }}

## Decisions

{{ .decisions }}

## Runbooks

{{ .runs }}

## Actions that are open

{{ .actions }}

## On call now and next

{{ .on_call }}
`;

/** A file in the folder with one of their names takes its place. */
export const defaultTemplates = (): readonly TemplateFile[] =>
  [REVIEW, HAND_OVER].map((text) => {
    const read = readDocumentTemplate(text, 'of ours');
    return 'faults' in read
      ? { file: 'of ours', faults: read.faults }
      : { file: 'of ours', template: read };
  });
