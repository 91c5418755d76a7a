import { readFileSync } from 'node:fs'
import { ConfigError } from '@atoll/server-kit'
import { z } from 'zod'
import { readSynonyms } from './read-synonyms.ts'
import { type SynonymsOf, synonymsFrom } from './synonyms-of.ts'
import { WORKPLACE_ENGLISH } from './workplace-english.ts'

/** Which synonyms a search knows, from the environment. */
export const SynonymsConfig = z.object({
  SYNONYMS_FILE: z.string().optional().describe('Thesaurus of the company, asked before the general one'),
})

const SHOWN = 10

/** The general thesaurus, and before it the one of the configuration. Throws ConfigError with the lines that are wrong. */
export function loadSynonyms({ SYNONYMS_FILE: file }: z.output<typeof SynonymsConfig>): SynonymsOf {
  const general = readSynonyms(WORKPLACE_ENGLISH).thesaurus
  return file === undefined ? synonymsFrom(general) : synonymsFrom(ownSynonyms(file), general)
}

function ownSynonyms(file: string) {
  const { thesaurus, bad } = readSynonyms(read(file))
  if (bad.length === 0) return thesaurus
  const more = bad.length > SHOWN ? [`SYNONYMS_FILE: and ${bad.length - SHOWN} lines more`] : []
  throw new ConfigError([
    ...bad.slice(0, SHOWN).map(({ line, reason }) => `SYNONYMS_FILE: line ${line} ${reason}`),
    ...more,
  ])
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError([`SYNONYMS_FILE: cannot be read: ${(error as Error).message}`])
  }
}
