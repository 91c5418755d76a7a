import { describe, expect, test } from 'vitest'
import { exposedName, SERVER_NAME, serverOfName } from '../src/naming.ts'

describe('the name of a tool at the gateway', () => {
  test('is the server, two underscores and the name', () => {
    expect(exposedName('hr', 'search_employees')).toBe('hr__search_employees')
    expect(exposedName('knowledge-base', 'a'.repeat(48))).toBe(`knowledge-base__${'a'.repeat(48)}`)
  })

  const awkward = [
    'a'.repeat(49),
    'a'.repeat(128),
    `${'a'.repeat(127)}b`,
    'files.read',
    'files_read ',
    'café',
    'a/b',
    '💥'.repeat(40),
    '',
  ]

  test('is always 1 to 64 characters of [A-Za-z0-9_-] and different for different names', () => {
    const names = [...awkward, 'files_read', '-', '__', '--x', '_x'].map((name) =>
      exposedName('knowledge-base', name),
    )
    for (const name of names) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/)
    expect(new Set(names).size).toBe(names.length)
  })

  test('does not change from one process to the next', () => {
    expect(exposedName('hr', 'files.read')).toBe('hr--files_read-mape5nqi7elv4gyd')
  })

  test('says whose it is', () => {
    for (const server of ['hr', 'knowledge-base', 'a1-b2-c3'])
      for (const name of [...awkward, 'x', '__x', '--x', 'b2--y', '_x'])
        expect(serverOfName(exposedName(server, name)), name).toBe(server)
  })

  test('can never be made from another server and another tool', () => {
    // A hashed name of one server would have to be a plain name of another, whose name then held "--" or "_".
    const hashed = exposedName('hr', 'files.read')
    const [prefix] = hashed.split('__')
    expect(SERVER_NAME.test(prefix ?? '')).toBe(false)
    expect(SERVER_NAME.test('hr-')).toBe(false)
  })

  test("is nobody's when it has no server part", () => {
    for (const name of ['search_employees', '__x', '-a__x', 'Hr__x', 'hr_x', ''])
      expect(serverOfName(name)).toBeUndefined()
  })
})
