/**
 * Secrets of configurations, encrypted at rest, outside the journal. Entries hold references only:
 * `{"$secret": "<ref>"}` in the place of the value.
 */
export interface Secrets {
  /** Keeps a value; the same value gets the same reference. On disk when it returns. */
  keep(value: string): string;
  /** Undefined when nobody kept it, or the key was changed. */
  get(ref: string): string | undefined;
  /** Forgets every secret that is not in `used`. */
  retain(used: ReadonlySet<string>): void;
  copyTo(file: string): Promise<void>;
  close(): void;
}

export const SECRETS_LIMITS = {
  value_bytes_max: 65_536,
  secrets_max: 100_000,
} as const;

/** Stands in a document in the place of a secret. */
export interface SecretRef {
  readonly $secret: string;
}
