import { hash } from 'node:crypto'

/** What the first record of a chain has as `prev`. */
export const GENESIS = '0'.repeat(64)

/** A record read back: its text is one line without the line feed. */
export interface ReadRecord {
  readonly seq: number
  readonly prev: string
  readonly hash: string
  readonly signature: string | undefined
  /** What the hash is of: the line without `hash` and `signature`. */
  readonly content: string
}

/** SHA-256 of the UTF-8 bytes of a record's content, as 64 hexadecimal digits. */
export function hashOf(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex')
}

/** The content of a record: its members, as JSON without the braces, with its place in the chain in front. */
export function contentOf(seq: number, prev: string, members: string): string {
  return `{"seq":${seq},"prev":"${prev}",${members}}`
}

/** What follows the content, in the place of its last brace. */
export function endOf(hash: string, signature?: string): string {
  return signature === undefined ? `,"hash":"${hash}"}\n` : `,"hash":"${hash}","signature":"${signature}"}\n`
}

const HEAD = /^\{"seq":([1-9]\d{0,15}),"prev":"([0-9a-f]{64})",/
const TAIL = /,"hash":"([0-9a-f]{64})"(?:,"signature":"([A-Za-z0-9_-]+)")?\}$/

/** A line as a record; undefined where it is none. Says nothing of whether the hash is right. */
export function readRecord(line: string): ReadRecord | undefined {
  const head = HEAD.exec(line)
  const tail = TAIL.exec(line)
  if (!head?.[2] || !tail?.[1]) return undefined
  return {
    seq: Number(head[1]),
    prev: head[2],
    hash: tail[1],
    signature: tail[2],
    content: `${line.slice(0, tail.index)}}`,
  }
}
