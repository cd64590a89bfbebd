/** What the thread that reads modules is asked, and what it says; it ends after its answer. */
export interface MibTask {
  readonly folder: string;
  /** Fingerprint of the folder whose names are in use; '' for none. */
  readonly have: string;
  /** Where the image is kept for the next start; '' for nowhere. */
  readonly cacheFile: string;
}

export type FromMibReader =
  | { readonly is: 'same' }
  | {
      readonly is: 'read';
      readonly image: SharedArrayBuffer;
      readonly modules: number;
      /** Modules with a fault, or with definitions that have no place. */
      readonly faulty: number;
      readonly names: number;
      /** '' when the image is kept, or was not to be. */
      readonly notKept: string;
    }
  | { readonly is: 'unreadable'; readonly why: string };
