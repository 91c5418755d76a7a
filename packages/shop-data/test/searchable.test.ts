import { expect, test } from 'vitest'
import { likePattern, searchable } from '../src/searchable.ts'

test('searchable drops case, accents and letters that only look accented', () => {
  expect(searchable('Côte de Blaye')).toBe('cote de blaye')
  expect(searchable('  Røgede   Sild ')).toBe('rogede sild')
  expect(searchable('Weißbier Æble')).toBe('weissbier aeble')
})

test('likePattern quotes wildcards', () => {
  expect(likePattern('50%_\\')).toBe('%50\\%\\_\\\\%')
})
