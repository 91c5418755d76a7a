import { describe, expect, test } from 'vitest'
import { readSynonyms } from '../../../src/search/synonyms/read-synonyms.ts'
import { WORKPLACE_ENGLISH } from '../../../src/search/synonyms/workplace-english.ts'

const read = (text: string) => Object.fromEntries(readSynonyms(text).thesaurus)

describe('a thesaurus', () => {
  test('goes one way where an arrow stands, and both where none does', () => {
    expect(read('sick, ill => sick leave, absence\nvacation, holiday, annual leave')).toEqual({
      sick: ['sick leave', 'absence'],
      ill: ['sick leave', 'absence'],
      vacation: ['holiday', 'annual leave'],
      holiday: ['vacation', 'annual leave'],
      'annual leave': ['vacation', 'holiday'],
    })
  })

  test('gathers what several lines say of a phrase, each term once', () => {
    expect(read('pay, salary\npay => salary, wages').pay).toEqual(['salary', 'wages'])
  })

  test('leaves out comments, empty lines and what stands between words', () => {
    expect(read('# of pay\r\n\r\nPay-Slip => the company’s "payroll"! # monthly')).toEqual({
      'pay slip': ['the company payroll'],
    })
  })

  test.each([
    ['sick => ill => absent', 'has => more than once'],
    ['sick =>', 'has an empty term'],
    ['sick, , ill', 'has an empty term'],
    ['sick => !', 'has an empty term'],
    ['sick', 'needs two terms, or => between them'],
    ['Sick, sick', 'needs two terms, or => between them'],
    [`sick => ${'a'.repeat(101)}`, 'has a term of more than 100 characters'],
  ])('does not take %s', (line, reason) => {
    const { thesaurus, bad } = readSynonyms(`# first\n${line}\nill, unwell`)
    expect(bad).toEqual([{ line: 2, reason }])
    expect([...thesaurus.keys()]).toEqual(['ill', 'unwell'])
  })
})

test('the general thesaurus can be read', () => {
  const { thesaurus, bad } = readSynonyms(WORKPLACE_ENGLISH)
  expect(bad).toEqual([])
  expect(thesaurus.size).toBeGreaterThan(1000)
})
