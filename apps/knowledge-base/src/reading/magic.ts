import { InvalidError } from '@atoll/errors'
import type { Format } from './formats.ts'

const KINDS = [
  { bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], title: 'PDF', advice: 'Give it the ending .pdf.' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], title: 'ZIP or Office', advice: 'Give it the ending it should have.' },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    title: 'old Word, or password-protected,',
    advice: 'Save it as DOCX without a password.',
  },
  { bytes: [0x7b, 0x5c, 0x72, 0x74, 0x66], title: 'RTF', advice: 'Save it as DOCX.' },
  { bytes: [0x1f, 0x8b], title: 'gzip', advice: 'Unpack it first.' },
]

/** Throws InvalidError when the first bytes are those of another kind of file than its ending says. */
export function checkMagic(bytes: Uint8Array, { title, magic }: Format): void {
  const found = KINDS.find((kind) => startsWith(bytes, kind.bytes))
  if (magic && bytes.length === 0) throw new InvalidError(`It is empty, no ${title} file.`)
  if (found && found.title !== magic) {
    throw new InvalidError(`It is called ${title}, but is a ${found.title} file. ${found.advice}`)
  }
}

const startsWith = (bytes: Uint8Array, start: readonly number[]) =>
  start.every((byte, index) => bytes[index] === byte)
