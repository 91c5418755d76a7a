import { expect, test } from 'vitest'
import { renderPages } from '../src/compile/pages.ts'
import type { Rendered } from '../src/edge/service.ts'

const items = Array.from({ length: 250 }, (_, index) => ({ name: `tool_${index}` }))

const read = ({ rendered }: Rendered, era: 'modern' | 'legacy') => JSON.parse(`{${rendered[era]}}`)

test('cuts a long list into pages that hold each item once, in order', () => {
  const list = renderPages('tools', items, 1000)
  const seen: unknown[] = []
  let cursor: string | undefined
  do {
    const page = read(list(cursor === undefined ? {} : { cursor }), 'modern')
    expect(page).toMatchObject({ ttlMs: 1000, cacheScope: 'public' })
    seen.push(...page.tools)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(seen).toEqual(items)
})

test('an empty list is one empty page, and 2025 clients see no cache hints', () => {
  const list = renderPages('prompts', [], 1000)
  expect(read(list({}), 'legacy')).toEqual({ prompts: [] })
})

test('a cursor of another list is refused', () => {
  const tools = renderPages('tools', items, 1000)
  const { nextCursor } = read(tools({}), 'modern')
  expect(() => renderPages('prompts', items, 1000)({ cursor: nextCursor })).toThrow('Invalid cursor')
})
