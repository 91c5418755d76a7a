import { expect, test } from 'vitest'
import { expandTemplate } from '../src/index.ts'

test.each([
  ['kb://documents/{id}', { id: 'a b/c' }, 'kb://documents/a%20b%2Fc'],
  ['file://{+path}{?rev}', { path: 'a/b', rev: '2' }, 'file://a/b?rev=2'],
])('a template becomes a URI: %s', (template, values, uri) => {
  expect(expandTemplate(template, values)).toBe(uri)
})

test.each([
  ['a variable has no value', 'kb://{shelf}/{id}', { id: '1' }],
  ['a variable has the name of what every object has', 'kb://{constructor}', {}],
  ['there is no variable', 'kb://documents', {}],
  ['it never closes', 'kb://{id', { id: '1' }],
])('nothing comes of one where %s', (_, template, values) => {
  expect(expandTemplate(template, values as Record<string, string>)).toBeUndefined()
})
