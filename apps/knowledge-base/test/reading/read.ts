import { InvalidError } from '@atoll/errors'
import { expect } from 'vitest'
import type { Extracted } from '../../src/reading/extracted.ts'
import { readDocument } from '../../src/reading/read-document.ts'

const { signal } = new AbortController()

export async function read(content: string | Uint8Array, name: string): Promise<Extracted> {
  return await readDocument(typeof content === 'string' ? Buffer.from(content) : content, name, { signal })
}

/** Why a file is refused. */
export async function refusal(content: string | Uint8Array, name: string): Promise<string> {
  const error: unknown = await read(content, name).catch((reason) => reason)
  expect(error).toBeInstanceOf(InvalidError)
  return (error as InvalidError).message
}
