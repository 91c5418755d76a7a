import { isToken } from './characters.ts'

/** All begin with {" in base64url. */
const BEGINNING = 'eyJ'
const SHORTEST = { header: 11, payload: 7, signature: 10 }
/** Of a JWE, what follows its key, which may be empty. */
const ENCRYPTED = [8, 8, 16]

/**
 * Where a JWS or JWE in compact form ends that begins at `start` (RFC 7515 and RFC 7516, section 7.1). By hand: on a part of
 * megabytes a pattern runs out of stack.
 */
export function endOfJwt(text: string, start: number): number | undefined {
  if (!text.startsWith(BEGINNING, start)) return undefined
  const header = endOfPart(text, start)
  if (header - start < SHORTEST.header || text[header] !== '.') return undefined
  const second = endOfPart(text, header + 1)
  if (text[second] !== '.') return undefined
  const isSigned = text.startsWith(BEGINNING, header + 1) && second - header > SHORTEST.payload
  const third = endOfPart(text, second + 1)
  if (isSigned && third - second > SHORTEST.signature) return third
  return endOfEncrypted(text, second)
}

function endOfEncrypted(text: string, key: number): number | undefined {
  let end = key
  for (const least of ENCRYPTED) {
    if (text[end] !== '.') return undefined
    const next = endOfPart(text, end + 1)
    if (next - end <= least) return undefined
    end = next
  }
  return end
}

function endOfPart(text: string, start: number): number {
  let at = start
  while (isToken(text.charCodeAt(at))) at++
  return at
}
