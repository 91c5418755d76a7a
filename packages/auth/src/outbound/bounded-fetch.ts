import type { CustomFetchOptions } from 'oauth4webapi'
import { boundedText } from '../bounded-text.ts'

/** Bytes. Answers of authorization servers are small. */
const MAX_SIZE = 256 * 1024

/** `fetch` for oauth4webapi, whose answer is there whole, and not larger than such answers are. */
export async function boundedFetch<Method extends string>(
  url: string,
  { body: sent, signal, ...init }: CustomFetchOptions<Method, URLSearchParams | undefined>,
): Promise<Response> {
  const { body, status, headers } = await fetch(url, { ...init, body: sent ?? null, signal: signal ?? null })
  const text = body ? await boundedText(body, url, MAX_SIZE) : ''
  return new Response(text === '' ? null : text, { status, headers })
}
