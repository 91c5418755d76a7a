import { expect, inject, test } from 'vitest'
import { atoll } from '../src/run.ts'

const { env } = inject('fleet')

test('every tool of the fleet is what was pinned when it was first seen, and none is suspicious', async () => {
  const ran = await atoll(['pins', 'list', '--json'], env)
  expect(ran.code, ran.stderr).toBe(0)
  const tools = JSON.parse(ran.stdout) as { name: string; state: string; suspicions: string[] }[]
  expect(tools.length).toBeGreaterThan(30)
  expect(tools.filter(({ state }) => state !== 'pinned')).toEqual([])
  expect(tools.flatMap(({ suspicions }) => suspicions)).toEqual([])
  expect((await atoll(['pins', 'diff'], env)).stdout).toContain('Every tool is what was pinned.')
})
