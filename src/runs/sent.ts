/** What came of a request or of a command. */
export interface Sent {
  readonly is: 'done' | 'failed' | 'unsure';
  readonly output: string;
}
