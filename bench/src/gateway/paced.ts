import { Pool } from 'undici'
import type { Load } from '../measure.ts'

export interface Paced {
  /** Milliseconds, of all requests. */
  readonly p50: number
  readonly p95: number
  readonly p99: number
  /** Requests, those of warming up included. */
  readonly total: number
}

/** Seconds on the same connections before those that count: a crowd of new connections is another question. */
const WARMING = 1

/**
 * Requests at a mean rate, at times of chance and whether or not earlier ones were answered, so that a server that
 * stalls is seen to stall. Throws when one is not answered with success.
 */
export async function paced(load: Load, perSecond: number, seconds: number): Promise<Paced> {
  const { url, headers, body } = load
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: 64 })
  const taken: number[] = []
  const countsFrom = performance.now() + WARMING * 1000
  let total = 0
  let underWay = 0
  let failure: Error | undefined
  // No promise and no stream for each request: this process would collect garbage for 20 ms a second, and that would be
  // taken for the server's.
  const begin = () => {
    const beganAt = performance.now()
    let status = 0
    total += 1
    underWay += 1
    pool.dispatch(
      { path: pathname, method: 'POST', headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          status = statusCode
        },
        onResponseData() {},
        onResponseEnd() {
          underWay -= 1
          if (beganAt >= countsFrom) taken.push(performance.now() - beganAt)
          if (status !== 200) failure ??= new Error(`${url}: HTTP ${status}`)
        },
        onResponseError(_controller, error) {
          underWay -= 1
          failure ??= error
        },
      },
    )
  }
  try {
    const end = countsFrom + seconds * 1000
    for (let due = performance.now(); due < end; due += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
      const wait = due - performance.now()
      if (wait > 0) await pause(wait)
      begin()
    }
    while (underWay > 0 && failure === undefined) await pause(1)
  } finally {
    await pool.close()
  }
  if (failure !== undefined) throw failure
  taken.sort((a, b) => a - b)
  const at = (share: number) => taken[Math.floor(taken.length * share)] ?? Number.NaN
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), total }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
