/** One request as a channel wants it. `headers` are ours to say; http_config adds its own. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Default: `REPLY_BYTES_MAX`. */
  readonly replyBytesMax?: number;
}

/** What came back, from the last address a redirect led to. */
export interface HttpReply {
  readonly status: number;
  /** Names in lower case; repeated ones joined by comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most `replyBytesMax` of the request; what is beyond is not read. */
  readonly body: string;
}

/** More than an answer needs that says whether it worked. */
export const REPLY_BYTES_MAX = 65_536;
