import { expect, test } from 'vitest'
import { templateMatches } from '../src/uri-template.ts'

test.each([
  ['employee://{id}', 'employee://17', true],
  ['employee://{id}', 'employee://17/salary', false],
  ['employee://{id}', 'employees://17', false],
  ['file:///{+path}', 'file:///a/b/c', true],
  ['kb://search{?q,page}', 'kb://search?q=tea&page=2', true],
  ['kb://search{?q,page}', 'kb://search', true],
  ['kb://a.b/{id}', 'kb://aXb/1', false],
  ['kb://{a}/{b}', 'kb://1/2', true],
  ['kb://{a}{b}', 'kb://1', false],
  ['kb://{a}{b}', 'kb://12', true],
  ['kb://{a}-{b}', 'kb://1-2-3', true],
  ['kb://{a}/end', 'kb://1/end', true],
  ['kb://{a}/end', 'kb://1/ends', false],
  ['kb://{+a}/end', 'kb://end/end/end', true],
  ['kb://a{.format}', 'kb://a', true],
  ['kb://a{.format}', 'kb://a.json', true],
  ['kb://a{.format}', 'kb://a/json', false],
  ['kb://a{/path*}', 'kb://a/b/c', true],
  ['kb://a{;v}', 'kb://a;v=1', true],
  ['kb://a?b=1{&c}', 'kb://a?b=1&c=2', true],
  ['kb://a{#part}', 'kb://a#b?c', true],
  ['kb://{a}/{b}/{c}/{d}/{e}/{f}', 'kb://1/2/3/4/5/6', true],
  ['kb://(a)|b', 'kb://(a)|b', true],
  ['kb://{a', 'kb://{a', true],
])('the template %s and %s match: %s', (template, uri, matches) => {
  expect(templateMatches(template, uri)).toBe(matches)
})

test.each([
  ['x://{a}{b}{c}!', 'a'],
  [`x://${'{a}'.repeat(32)}!`, 'a'],
  ['x://{a}-{b}-{c}!', '-'],
  ['x://{+a}/{+b}/{+c}/{+d}!', '/'],
  [`x://{a}${'a'.repeat(1000)}{b}!`, 'a'],
])('matching %s comes to an end, whatever the URI', (template, character) => {
  // A pattern that tries again at each character would take seconds for one, and hours for all.
  for (let length = 1900; length < 2000; length++)
    expect(templateMatches(template, `x://${character.repeat(length)}`)).toBe(false)
})

test('a URI that is longer than any, or a template with more expressions than any, matches nothing', () => {
  expect(templateMatches('x://{a}', `x://${'a'.repeat(1_000_000)}`)).toBe(false)
  expect(templateMatches(`x://${'{a}'.repeat(50)}`, `x://${'a'.repeat(100)}`)).toBe(false)
})
