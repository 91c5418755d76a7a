import { fileURLToPath } from 'node:url'
import type { JSONWebKeySet } from 'jose'
import { boundedText } from '../bounded-text.ts'
import { changedFile } from '../changed-file.ts'
import { publicKeys } from './public-keys.ts'

/** Reads a key set; `undefined` says that it has not changed. Rejects when it cannot be read or is none. */
export type KeyLoader = (signal: AbortSignal) => Promise<JSONWebKeySet | undefined>

/** Milliseconds. */
const TIMEOUT = 5000
/** Bytes. */
const MAX_SIZE = 512 * 1024

/** Whether keys may be read from here: https, http on this machine only (nobody can come between), or a file. */
export function isKeyUrl(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  if (protocol === 'http:') return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
  return protocol === 'https:' || protocol === 'file:'
}

/** Reads a file when it changed. */
export function fileLoader(url: string): KeyLoader {
  return changedFile(fileURLToPath(url), publicKeys)
}

/** Fetches over HTTP: 5 s at most, no redirects, a bounded body. */
export function httpLoader(url: string): KeyLoader {
  return async (signal) => {
    const response = await fetch(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
    })
    if (response.status !== 200 || !response.body) {
      await response.body?.cancel()
      throw new Error(`${url} answered ${response.status}`)
    }
    return publicKeys(await boundedText(response.body, url, MAX_SIZE))
  }
}
