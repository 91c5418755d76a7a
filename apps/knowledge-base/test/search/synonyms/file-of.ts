import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A file of synonyms, in a folder of its own, which goes with the test. */
export async function fileOf(text: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'synonyms-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const file = join(directory, 'synonyms.txt')
  await writeFile(file, text)
  return file
}
