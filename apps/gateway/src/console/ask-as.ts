import type { FastifyInstance } from 'fastify'

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

/** Asks this gateway for something as the person, through the same door as everybody, so that all that holds there holds here. */
export async function askAs(
  app: FastifyInstance,
  { token, host, ip }: Asking,
  request: { method: 'GET' | 'POST'; url: string; headers?: Record<string, string>; body?: object },
): Promise<Asked> {
  const { method, url, headers, body } = request
  const response = await app.inject({
    method,
    url,
    remoteAddress: ip,
    headers: { host, authorization: `Bearer ${token}`, ...headers },
    ...(body && { payload: body }),
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
