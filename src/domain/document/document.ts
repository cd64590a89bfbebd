import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { IncidentId } from '../incident/incident.ts';
import type { DocumentKind } from './template.ts';
import type { Lack, Values } from './value.ts';

export const DOCUMENT_LIMITS = {
  /** Being rendered or waiting for it; more are refused. */
  open_max: 100,
  /** Beyond, the one that ended first is forgotten; the audit log tells it. */
  kept_max: 1_000,
  /** Templates and values of all that are kept, UTF-16 units; the oldest go first. */
  kept_chars_max: 33_554_432,
  attempts_max: 20,
  /** Incidents whose documents are to be looked at; the oldest go first. */
  attachments_max: 1_000,
  /** Documents that one happening begins or moves. */
  attached_max: 50,
  detail_chars_max: 1_000,
  why_chars_max: 1_000,
} as const;

export type Format = 'markdown' | 'html' | 'pdf';

export const FORMATS: readonly Format[] = ['markdown', 'html', 'pdf'];

/** A rendering by its content. */
export interface RenderedFile {
  /** 64 hex digits. */
  readonly sha256: string;
  readonly bytes: number;
}

export type RenderedFiles = Readonly<Partial<Record<Format, RenderedFile>>>;

/** What is rendered: the template as it was, and the values as they were when it was asked for. */
export interface Frozen {
  readonly body: string;
  readonly values: Values;
}

/**
 * wanted    all is resolved; it is being rendered
 * rendered  it can be read
 * failed    it could not be rendered, and can be tried again
 * waiting   begun by an incident; people have still to fill something in
 */
export type DocumentIs = 'wanted' | 'rendered' | 'failed' | 'waiting';

/** A document: asked for once, ended once. */
export interface Document {
  readonly id: string;
  /** Name of its template. */
  readonly template: string;
  readonly wantedAt: Instant;
  readonly is: DocumentIs;
  /** Why it failed; where it was rendered to in those from before people asked for them. */
  readonly detail: string;
  /** Absent in documents from before people asked for them; so is the rest. */
  readonly by?: UserId;
  readonly title?: string;
  readonly kind?: DocumentKind;
  readonly incident?: IncidentId;
  /** Of a shift: its begin. */
  readonly since?: Instant;
  /** What people filled in. */
  readonly asked?: Readonly<Record<string, string>>;
  readonly frozen?: Frozen;
  /** UTF-16 units that `frozen` takes. */
  readonly weight?: number;
  /** What it waits for. */
  readonly lacks?: readonly Lack[];
  /** From 1. */
  readonly attempt?: number;
  readonly endedAt?: Instant;
  readonly files?: RenderedFiles;
  /** From 1; `first` is the document whose later version this is. */
  readonly version?: number;
  readonly first?: string;
}

/** Something happened to an incident, and documents may have to follow. */
export interface Attachment {
  /** `<incident>/<position>` */
  readonly id: string;
  readonly incident: IncidentId;
  readonly on: 'open' | 'reopen' | 'merge';
  /** Of a merge: the one that is part of `incident` now. */
  readonly from?: IncidentId;
  readonly position: number;
}

/** The oldest first; those of one moment in the order in which they were asked for. */
export function byAge(a: Document, b: Document): number {
  const numbers = ({ id }: Document) => (id.match(/\d+/g) ?? []).map(Number);
  const [[p = 0, i = 0], [q = 0, j = 0]] = [numbers(a), numbers(b)];
  return a.wantedAt - b.wantedAt || p - q || i - j;
}

/** How much of the desk's memory it takes, UTF-16 units. */
export const weightOf = ({ body, values }: Frozen): number =>
  body.length + JSON.stringify(values).length;

/** How a try to render ended. */
export interface RenderTold {
  readonly says: 'rendered' | 'failed';
  readonly attempt: number;
  readonly detail: string;
  readonly files: RenderedFiles;
}

/** It was rendered, or could not be. Told twice, or of another try, it is the same document. */
export function ended(document: Document, told: RenderTold, now: Instant): Document {
  const { says, attempt, detail, files } = told;
  if (document.is !== 'wanted' || attempt !== (document.attempt ?? 1)) return document;
  return {
    ...document,
    is: says,
    detail: detail.slice(0, DOCUMENT_LIMITS.detail_chars_max),
    endedAt: now,
    ...(says === 'rendered' ? { files } : {}),
  };
}

/** Somebody wants it tried again. */
export function again(document: Document): Document {
  const { endedAt: _, ...rest } = document;
  return { ...rest, is: 'wanted', detail: '', attempt: (document.attempt ?? 1) + 1 };
}
