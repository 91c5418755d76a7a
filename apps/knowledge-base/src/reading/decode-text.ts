import { InvalidError } from '@atoll/errors'
import { cleanText } from './clean-text.ts'

/**
 * The text of UTF-8 (with or without byte order mark) or UTF-16 (with one), without invisible characters.
 * Throws InvalidError for anything else.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes)
  const text = decode(bytes, encoding)
  if (text.includes('\0')) throw new InvalidError('It is binary data, no text. Save it as UTF-8 text.')
  return cleanText(text)
}

function decode(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InvalidError(`It is not ${encoding.toUpperCase()} text. Save it as UTF-8.`, { cause })
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return 'utf-8'
}
