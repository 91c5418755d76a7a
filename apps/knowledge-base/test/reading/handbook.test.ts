import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createReader } from '../../src/reading/create-reader.ts'
import { categoryOf } from '../../src/reading/file-name.ts'
import { plainText } from '../../src/reading/plain-text.ts'
import { allFound } from './all-found.ts'

/** A real company's handbook, which lies beside the repository where there is one. */
const HANDBOOK = fileURLToPath(new URL('../../../../../shared/data/handbook', import.meta.url))
const { signal } = new AbortController()

describe.skipIf(!existsSync(HANDBOOK))(
  'a real handbook (skipped where ../shared/data/handbook is absent)',
  () => {
    test('has passages on every page, none of them too long or without words', async () => {
      const reader = createReader({ concurrency: 2 })
      const found = (await allFound(HANDBOOK)).filter((one) => one.kind === 'document')
      const pages = await Promise.all(
        found.map(async (one) => ({
          path: one.path,
          ...(await reader.read(await one.read({ signal }), one.path, { signal })),
        })),
      )
      await reader.close()
      expect(pages).toHaveLength(39)
      for (const { path, passages } of pages) {
        expect(passages.length, path).toBeGreaterThan(0)
        expect(Math.max(...passages.map(({ text }) => text.length)), path).toBeLessThanOrEqual(1_600)
        for (const { text } of passages) expect(plainText(text), path).toMatch(/\w{3}/)
      }
      expect(new Set(found.map(({ path }) => categoryOf(path)))).toEqual(
        new Set([
          'Benefits and Perks',
          'Employment Policies',
          'General',
          'Hiring Documents',
          'Onboarding Documents',
          'Operations Documents',
        ]),
      )
      const remote = pages.find(({ path }) => path === 'Employment Policies/Working Remotely.md')
      expect(remote?.title).toBe('Working Remotely')
      expect(remote?.passages.flatMap(({ headings }) => headings)).not.toContain('Working Remotely')
    })
  },
)
