import { DeskError, type FailureCode } from '../base/errors.ts';
import type { Lack } from '../domain/document/value.ts';

/** One field that was not as it should be. */
export interface FieldFault {
  /** A path: `on[3].id`, `until`. */
  readonly field: string;
  readonly expected: string;
}

/** An RFC 9457 problem document. `type` is the page that explains the code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly reference: string;
  readonly errors?: readonly FieldFault[];
}

/** What HTTP adds to a failure: another status, headers, the fields at fault. */
export interface RefusalDetail {
  /** Instead of the catalogue's sentence, where the desk said why itself. */
  readonly title?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldFault[];
}

/** A failure of the catalogue, with what only HTTP has words for. */
export class HttpRefusal extends Error {
  readonly failure: DeskError;
  readonly detail: RefusalDetail;
  constructor(failure: DeskError, detail: RefusalDetail) {
    super(failure.message);
    this.name = 'HttpRefusal';
    this.failure = failure;
    this.detail = detail;
  }
}

export const refusal = (
  code: FailureCode,
  facts: Readonly<Record<string, string | number>>,
  detail: RefusalDetail = {},
): HttpRefusal => new HttpRefusal(new DeskError(code, facts), detail);

/** Fields that do not fit, as one refusal; its sentence names the first. */
export const fieldsRefused = (errors: readonly FieldFault[]): HttpRefusal => {
  const { field = '', expected = '' } = errors[0] ?? {};
  return refusal('FIELD_INVALID', { field, expected }, { errors });
};

/** All that a document lacks, in one refusal. */
export const documentRefused = (lacks: readonly Lack[]): HttpRefusal => {
  const errors = lacks.map(({ name, expected, where }) => ({
    field: name,
    expected: `${expected} (${where})`,
  }));
  const { field = '', expected = '' } = errors[0] ?? {};
  const count = errors.length === 1 ? '1 thing is' : `${errors.length} things are`;
  return refusal('DOCUMENT_INCOMPLETE', { count, field, expected }, { errors });
};

/** The answer to a failure. `log` is set when it was nobody's intention: it goes to the log. */
export interface FailureAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  readonly unforeseen: boolean;
}

/** Seconds after which a retry makes sense, where nothing better is known. */
const RETRY_AFTER_SECONDS = 5;

/** The last catch of the HTTP side turns whatever was thrown into what the client may know. */
export function failureAnswer(error: unknown, reference: string): FailureAnswer {
  const { failure, detail }: { failure: DeskError | undefined; detail: RefusalDetail } =
    error instanceof HttpRefusal ? error : { failure: foreseen(error), detail: {} };
  if (failure === undefined) return unforeseen(reference);
  const status = detail.status ?? failure.status;
  const problem: Problem = {
    type: `/errors#${failure.code}`,
    title: detail.title ?? failure.message,
    status,
    code: failure.code,
    reference,
    ...errorsOf(failure, detail),
  };
  return { problem, headers: { ...headersOf(failure), ...detail.headers }, unforeseen: false };
}

/** The fields at fault; the one that the failure itself names, if nobody said more. */
function errorsOf({ code, facts }: DeskError, { errors }: RefusalDetail): Pick<Problem, 'errors'> {
  if (errors) return { errors };
  if (code !== 'FIELD_INVALID') return {};
  return { errors: [{ field: String(facts.field), expected: String(facts.expected) }] };
}

function headersOf(failure: DeskError): Record<string, string> {
  if (failure.code === 'NOT_SIGNED_IN') return { 'www-authenticate': 'Bearer realm="tocsin"' };
  if (failure.status !== 503 && failure.status !== 429) return {};
  return { 'retry-after': String(failure.facts.seconds ?? RETRY_AFTER_SECONDS) };
}

const unforeseen = (reference: string): FailureAnswer => ({
  problem: {
    type: 'about:blank',
    title: `Something broke on our side. Quote ${reference} to your desk admin.`,
    status: 500,
    code: 'UNFORESEEN',
    reference,
  },
  headers: {},
  unforeseen: true,
});

/** Failures of the catalogue, and those of Fastify and Node that a sender can cause. */
function foreseen(error: unknown): DeskError | undefined {
  if (error instanceof DeskError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new DeskError('CONTENT_UNSUPPORTED', {
        expected: 'a media type such as application/json',
        got: 'none',
      });
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new DeskError('BODY_INVALID', { why: 'its length is not what Content-Length said' });
    case 'FST_ERR_BAD_URL':
      return new DeskError('BODY_INVALID', { why: 'the path is not valid percent encoding' });
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return new DeskError('BODY_INVALID', { why: 'the connection ended before it was whole' });
    default:
      return undefined;
  }
}
