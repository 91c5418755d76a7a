import autocannon from 'autocannon'

export interface Load {
  url: string
  headers: Record<string, string>
  body: string
}

export interface Measured {
  /** Requests per second, mean over the run. */
  rate: number
  /** Requests that were answered, warming up included. */
  total: number
  /** Milliseconds. */
  p50: number
  p99: number
}

const CONNECTIONS = 32

/** Warm up, then load for some seconds. Throws when a single answer is not a success. */
export async function measure(load: Load, seconds: number): Promise<Measured> {
  const warming = await fire(load, 3)
  const { requests, latency, non2xx, errors } = await fire(load, seconds)
  if (non2xx + errors > 0) throw new Error(`${load.url}: ${non2xx} refusals and ${errors} errors under load`)
  const total = warming.requests.total + requests.total
  return { rate: requests.mean, total, p50: latency.p50, p99: latency.p99 }
}

function fire({ url, headers, body }: Load, duration: number): Promise<autocannon.Result> {
  return autocannon({ url, method: 'POST', headers, body, connections: CONNECTIONS, duration })
}
