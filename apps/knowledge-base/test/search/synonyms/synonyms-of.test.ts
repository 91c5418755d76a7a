import { expect, test } from 'vitest'
import { readSynonyms } from '../../../src/search/synonyms/read-synonyms.ts'
import { synonymsFrom } from '../../../src/search/synonyms/synonyms-of.ts'

const from = (...texts: string[]) => synonymsFrom(...texts.map((text) => readSynonyms(text).thesaurus))

test('finds phrases in any form of their words, in the order of the query', () => {
  const synonymsOf = from('pay back => reimbursement\nflight => travel')
  expect(synonymsOf('Do flights get paid? Who is paying back my FLIGHT?')).toEqual([
    ['travel'],
    ['reimbursement'],
  ])
})

test('takes no abbreviation for a plural', () => {
  const synonymsOf = from('ats => applicant tracking system\nokr => objectives')
  expect(synonymsOf('who looks at it?')).toEqual([])
  expect(synonymsOf('who looks at the ATS and the OKRs?')).toEqual([
    ['applicant tracking system'],
    ['objectives'],
  ])
})

test('takes the longest phrase for a word, and each phrase once', () => {
  const synonymsOf = from('sick => illness\nsick child => family leave\nchild => parental leave')
  expect(synonymsOf('my sick child and another sick child')).toEqual([['family leave']])
  expect(synonymsOf('my child is sick')).toEqual([['parental leave'], ['illness']])
})

test('leaves words in double quotes as they are, and does not read across them', () => {
  const synonymsOf = from('sick => illness\npay back => reimbursement')
  expect(synonymsOf('"sick" days')).toEqual([])
  expect(synonymsOf('pay "at once" back')).toEqual([])
  expect(synonymsOf('"sick days sick')).toEqual([['illness']])
})

test('asks the first thesaurus that knows a phrase, in whatever form', () => {
  const synonymsOf = from('reviews => peer review', 'review => appraisal\nsick => illness')
  expect(synonymsOf('review of sick notes')).toEqual([['peer review'], ['illness']])
})

test('takes no more phrases than a statement has room for', () => {
  const words = Array.from({ length: 20 }, (_, index) => `word${index}`)
  const synonymsOf = from(words.map((word) => `${word} => term${word}`).join('\n'))
  expect(synonymsOf(words.join(' '))).toHaveLength(8)
})

test('knows nothing of other words', () => {
  expect(from('sick => illness')('how are you?')).toEqual([])
  expect(from('')('')).toEqual([])
})
