import { Pool } from 'undici'
import type { Load } from '../measure.ts'

export interface Paced {
  /** Milliseconds, of all requests. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/**
 * Requests at a mean rate, at times of chance and whether or not earlier ones were answered, so that a server that
 * stalls is seen to stall. Throws when one is not answered with success.
 */
export async function paced(load: Load, perSecond: number, seconds: number): Promise<Paced> {
  const { url, headers, body } = load
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: 64 })
  const taken: number[] = []
  const send = async (due: number) => {
    const { statusCode, body: answer } = await pool.request({
      path: pathname,
      method: 'POST',
      headers,
      body,
    })
    await answer.dump()
    if (statusCode !== 200) throw new Error(`${url}: HTTP ${statusCode}`)
    taken.push(performance.now() - due)
  }
  try {
    const end = performance.now() + seconds * 1000
    const sent: Promise<void>[] = []
    for (let due = performance.now(); due < end; due += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
      const wait = due - performance.now()
      if (wait > 0) await pause(wait)
      sent.push(send(performance.now()))
    }
    await Promise.all(sent)
  } finally {
    await pool.close()
  }
  taken.sort((a, b) => a - b)
  const at = (share: number) => taken[Math.floor(taken.length * share)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
