import type { Pool } from 'undici'
import { EndpointFailure } from './failure.ts'

export interface Sender {
  pool: Pool
  path: string
  headers: Readonly<Record<string, string>>
  /** Milliseconds for the whole exchange. */
  timeout: number
}

/**
 * POST `body` once and give the text of a successful answer. Throws EndpointFailure, or the signal's reason. Redirects
 * are not followed: they could take the key elsewhere.
 */
export async function send(sender: Sender, body: unknown, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted()
  const deadline = AbortSignal.timeout(sender.timeout)
  try {
    const response = await sender.pool.request({
      path: sender.path,
      method: 'POST',
      headers: sender.headers,
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, deadline]),
    })
    if (response.statusCode === 200) return await response.body.text()
    await response.body.dump()
    throw refusal(response.statusCode, response.headers['retry-after'])
  } catch (error) {
    if (signal.aborted) throw signal.reason
    if (error instanceof EndpointFailure) throw error
    if (deadline.aborted) throw new EndpointFailure('late', `did not answer within ${sender.timeout} ms`)
    throw lost(error)
  }
}

function refusal(status: number, header: string | string[] | undefined): EndpointFailure {
  const facts = { status, retryAfter: typeof header === 'string' ? secondsOf(header) : undefined }
  const what = `answered with HTTP ${status}`
  if (status === 429) return new EndpointFailure('limited', what, facts)
  if (status >= 500) return new EndpointFailure('broken', what, facts)
  return new EndpointFailure(status >= 400 ? 'refused' : 'moved', what, facts)
}

/** RFC 9110 section 10.2.3: seconds or a date. */
function secondsOf(header: string): number | undefined {
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined
}

function lost(error: unknown): EndpointFailure {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new EndpointFailure('malformed', 'answered with more than such vectors take')
  }
  const name = typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? ` (${code})` : ''
  return new EndpointFailure('unreachable', `could not be reached or hung up${name}`)
}
