import type { FastifyInstance } from 'fastify'
import { bodyUntil } from './body-until.ts'

export interface Asking {
  readonly token: string
  /** By which this gateway is called. */
  readonly host: string
  /** Whose address counts. */
  readonly ip: string
}

export interface Asked {
  readonly status: number
  readonly body: unknown
}

interface Request {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Record<string, string>
  readonly body?: object
  /** Hangs up while the answer to a request with a body is awaited. */
  readonly signal?: AbortSignal
}

/**
 * Asks this gateway for something as the person, through the same door as everybody, so that all that holds there holds
 * here. Rejects with the reason of `signal` when that aborts before the answer is there.
 */
export async function askAs(
  app: FastifyInstance,
  { token, host, ip }: Asking,
  { method, url, headers, body, signal }: Request,
): Promise<Asked> {
  const text = body && JSON.stringify(body)
  const response = await app.inject({
    method,
    url,
    remoteAddress: ip,
    headers: {
      ...{ host, authorization: `Bearer ${token}`, ...headers },
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
    },
    ...(text !== undefined && { payload: signal ? bodyUntil(signal, text) : text }),
  })
  return { status: response.statusCode, body: parsed(response.body) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
