import { expect, test } from 'vitest'
import { loadSynonyms } from '../../../src/search/synonyms/load-synonyms.ts'
import { fileOf } from './file-of.ts'

test('knows workplace English without a file', () => {
  expect(loadSynonyms({})('how does PTO work?')).toEqual([expect.arrayContaining(['paid time off'])])
})

test('asks the company before the general thesaurus', async () => {
  const synonymsOf = loadSynonyms({
    SYNONYMS_FILE: await fileOf('pto => Blue Days\nmoonbase => office in Leeds'),
  })
  expect(synonymsOf('pto at the moonbase')).toEqual([['blue days'], ['office in leeds']])
  expect(synonymsOf('nda')).toEqual([expect.arrayContaining(['non disclosure agreement'])])
})

test('names the lines that cannot be read, and not all of very many', async () => {
  const file = await fileOf('pto => Blue Days\nmoonbase\na => b => c')
  expect(() => loadSynonyms({ SYNONYMS_FILE: file })).toThrow(
    /SYNONYMS_FILE: line 2 needs two terms.*\n.*SYNONYMS_FILE: line 3 has => more than once/,
  )
  const many = await fileOf('wrong\n'.repeat(25))
  expect(() => loadSynonyms({ SYNONYMS_FILE: many })).toThrow(/line 10 .*\n.*and 15 lines more/)
})

test('says that the file is not there', () => {
  expect(() => loadSynonyms({ SYNONYMS_FILE: '/no/such/synonyms.txt' })).toThrow(
    /SYNONYMS_FILE: cannot be read: ENOENT/,
  )
})
