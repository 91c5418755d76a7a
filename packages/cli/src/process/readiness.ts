import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'

export type Readiness = { ready: true } | { ready: false; why: string }

const Answer = z.looseObject({
  status: z.string(),
  dependencies: z
    .record(z.string(), z.looseObject({ status: z.string(), error: z.string().optional() }))
    .default({}),
})

/** Ask a server's `/ready` until it says so, `within` milliseconds have passed, or the signal aborts. */
export async function untilReady(
  url: string,
  signal: AbortSignal,
  { within = Number.POSITIVE_INFINITY, every = 75 }: { within?: number; every?: number } = {},
): Promise<Readiness> {
  const end = Date.now() + within
  for (;;) {
    const readiness = await readinessOf(url, signal)
    if (signal.aborted) return { ready: false, why: 'it ended' }
    if (readiness.ready || Date.now() > end) return readiness
    await delay(every, undefined, { signal }).catch(() => {})
  }
}

/** What a server's `/ready` says now. */
export async function readinessOf(url: string, signal?: AbortSignal): Promise<Readiness> {
  try {
    const limit = AbortSignal.timeout(2_000)
    const response = await fetch(`${url}/ready`, {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
      headers: { connection: 'close' },
    })
    const body: unknown = await response.json().catch(() => undefined)
    return response.ok ? { ready: true } : { ready: false, why: reasonIn(body) ?? `HTTP ${response.status}` }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { ready: false, why: timedOut ? 'no answer' : 'not reachable' }
  }
}

function reasonIn(body: unknown): string | undefined {
  const answer = Answer.safeParse(body)
  if (!answer.success) return undefined
  const broken = Object.entries(answer.data.dependencies)
    .filter(([, { status }]) => status === 'down')
    .map(([name, { status, error }]) => `${name} ${error ?? status}`)
  return [answer.data.status, broken.join(', ')].filter(Boolean).join(': ')
}
