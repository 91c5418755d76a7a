/** What the gateway answered instead of what was asked for. */
export class AskError extends Error {
  readonly status: number
  readonly code: string
  /** Seconds. */
  readonly retryAfter: number | undefined

  constructor(status: number, { code, message, retryAfter }: Told) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

interface Told {
  code: string
  message: string
  retryAfter?: number
}

/** Told when the gateway says that nobody is signed in, or not any more. */
export const signedOut = new EventTarget()

const AWAY: Told = {
  code: 'UNREACHABLE',
  message: 'The gateway could not be reached. Try again in a moment.',
}

/** Asks a route of the console. Throws AskError, also when the gateway is out of reach. */
export async function ask<Answer>(
  path: string,
  { body, signal }: { body?: object; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await open(path, { ...(body && { body }), ...(signal && { signal }) })
  // The page comes from the gateway that answers: they are of one version.
  return (response.status === 204 ? undefined : await response.json()) as Answer
}

/** The answer itself, for what is read as it comes. Throws AskError. */
export async function open(
  path: string,
  { body, signal }: { body?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  const response = await fetch(`/console/api/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-atoll-console': '1', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    throw signal?.aborted ? error : new AskError(0, AWAY)
  })
  if (response.ok) return response
  if (response.status === 401) signedOut.dispatchEvent(new Event('signed-out'))
  throw new AskError(response.status, await told(response))
}

async function told(response: Response): Promise<Told> {
  const { error } = (await response.json().catch(() => ({}))) as { error?: Partial<Told> }
  const {
    code = `HTTP_${response.status}`,
    message = 'The gateway gave no reason.',
    retryAfter,
  } = error ?? {}
  return { code, message, ...(retryAfter !== undefined && { retryAfter }) }
}

/** What to show of an error. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof AskError)) return 'Something went wrong in this page. Load it again.'
  const wait = error.retryAfter === undefined ? '' : ` Try again in ${Math.ceil(error.retryAfter)} s.`
  return `${error.message}${wait}`
}
