/** What the API answers when it refuses a request. */
export interface Refusal {
  code: string;
  message: string;
  requestId: string | undefined;
  /** Seconds after which it may be tried again. */
  retryAfter: number | undefined;
}

/** A request that was not answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly refusal: Refusal;

  constructor(status: number, refusal: Refusal) {
    super(refusal.message);
    this.name = "ApiError";
    this.status = status;
    this.refusal = refusal;
  }

  /** Whether to try again by itself: the service is busy or was not reached. */
  get isTransient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 502 || this.status === 503;
  }
}

/** Reads the refusal of an answer; a body that is none of ours says so. */
export function refusalOf(response: Response, body: unknown): Refusal {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  const text = (name: string) => (typeof error[name] === "string" ? error[name] : undefined);
  const after = Number(response.headers.get("retry-after"));
  return {
    code: text("code") ?? `http_${response.status}`,
    message: text("message") ?? `The service answered ${response.status}.`,
    requestId: text("request_id") ?? response.headers.get("x-request-id") ?? undefined,
    retryAfter: after > 0 ? after : undefined,
  };
}

/** Whether a value is an object with named parts. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
