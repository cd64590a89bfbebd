import type { RowFault } from './row.ts';

/** How an inventory may be written. `netbox` is an export of NetBox, or what its API answers. */
export const FEED_FORMATS = ['yaml', 'json', 'csv', 'xlsx', 'netbox'] as const;

export type FeedFormat = (typeof FEED_FORMATS)[number];

/** A feed as somebody handed it in. */
export interface FeedText {
  readonly format: FeedFormat;
  readonly bytes: Uint8Array;
  /** What the rows of a table are where they do not say it; '' for none. */
  readonly kind: string;
  /** The sheet of a workbook; absent or '' for its first. */
  readonly sheet?: string;
}

/** Some of the things that were read, as JSON: parsed only where they are news. */
export interface ReadPart {
  readonly id: string;
  readonly things: number;
  readonly json: string;
}

export interface FeedReport {
  readonly rows: number;
  readonly things: number;
  /** Rows of which nothing was made. */
  readonly leftOut: number;
  /** At most ROW_FAULTS_MAX, in the order of the rows. */
  readonly faults: readonly RowFault[];
  readonly faultsTotal: number;
}

export type FeedRead =
  | { readonly ok: true; readonly parts: readonly ReadPart[]; readonly report: FeedReport }
  /** The text as a whole cannot be read. */
  | { readonly ok: false; readonly line: number; readonly why: string };

/**
 * Reads a feed beside the desk's own thread. `others` are keys of things that other feeds hold.
 * Total: never rejects for what the text holds.
 */
export type ReadFeedText = (text: FeedText, others: readonly string[]) => Promise<FeedRead>;
