/** Number of an entry: 1, 2, 3 … without gaps. */
export type Position = number;

/**
 * Entries that are committed together. `text` is one JSON entry a line, LF between, none at the
 * end.
 */
export interface Block {
  readonly first: Position;
  readonly count: number;
  readonly text: string;
}

/**
 * How an append ended. `failed`: the block is certainly not in the journal (after an fsync error
 * the file was reopened and read back), and its positions are free again.
 */
export type Appended =
  | { readonly is: 'committed'; readonly fsyncMs: number }
  | { readonly is: 'failed'; readonly why: string };

/** Later ones are on their way to the disk while the first one's answer is on its way back. */
export const APPENDS_IN_FLIGHT_MAX = 4;

/** The ordered, durable list of everything the desk was told. */
export interface Journal {
  /** Made with the journal; a store that belongs to another one refuses to start. */
  readonly id: string;
  /** Position of the last committed entry; 0 when empty. */
  readonly head: Position;
  /** Position of the first entry still kept; 1 when nothing was unlinked. */
  readonly tail: Position;
  /**
   * Commits one block, fsync included. At most APPENDS_IN_FLIGHT_MAX calls are in flight,
   * answered in their order; when one fails, those after it fail too. The caller gathers
   * meanwhile. Never rejects: the weather is an answer.
   */
  append(block: Block): Promise<Appended>;
  /** Committed blocks that hold positions >= `from`, in order; the first may begin before it. */
  read(from: Position): AsyncIterable<Block>;
  /** Unlinks whole files older than `keepMs` or beyond `bytesMax`, never past `oldestNeeded`. */
  retain(limits: {
    readonly keepMs: number;
    readonly bytesMax: number;
    readonly oldestNeeded: Position;
  }): Promise<{ readonly removedFiles: number; readonly tail: Position }>;
  /** For backup: a consistent copy of all files in `folder`, up to at least `head` at the call. */
  copyTo(folder: string): Promise<void>;
  close(): Promise<void>;
}
