import type { FastifyReply } from 'fastify'

/** Aborts when the browser leaves before it has its answer. */
export function leftBy({ raw }: FastifyReply): AbortSignal {
  const leaving = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) leaving.abort()
  })
  return leaving.signal
}
