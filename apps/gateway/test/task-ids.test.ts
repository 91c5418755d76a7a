import { describe, expect, test } from 'vitest'
import { createTaskIds } from '../src/task-ids.ts'

const ALICE = {
  ...{ subject: 'alice', tenant: 'acme', issuer: 'https://people.example', clientId: 'agent', expiresAt: 0 },
  ...{ scopes: new Set<string>(), roles: new Set<string>() },
}
const ids = createTaskIds('a secret that all replicas share')

describe('the id of a task at the gateway', () => {
  test.each([
    { tool: 'hr__audit', taskId: 'audit.81f2' },
    { tool: 'files.read', taskId: '1' },
    { tool: 'files%2Eread', taskId: '' },
    { tool: 'a', taskId: 'line\nbreak.é' },
  ])('leads to the same tool and task on every replica: %o', (task) => {
    const id = ids.seal(ALICE, task)
    expect(createTaskIds('a secret that all replicas share').open(ALICE, id)).toEqual(task)
  })

  test('can be read', () => {
    expect(ids.seal(ALICE, { tool: 'hr__audit', taskId: 'audit.81f2' })).toMatch(/^hr__audit\.audit\.81f2\./)
  })

  test('is one for its caller alone, whatever application that comes from', () => {
    const id = ids.seal(ALICE, { tool: 'hr__audit', taskId: '1' })
    expect(ids.open({ ...ALICE, clientId: 'another' }, id)).toBeDefined()
    for (const other of [{ subject: 'bob' }, { tenant: 'globex' }, { issuer: 'https://others.example' }])
      expect(ids.open({ ...ALICE, ...other }, id)).toBeUndefined()
  })

  test('cannot be made up, nor said to be of another tool or task', () => {
    const id = ids.seal(ALICE, { tool: 'hr__audit', taskId: 'audit.1' })
    const mark = id.slice(-22)
    const wrong = [
      ...['', '.', '..', 'hr__audit', 'hr__audit.audit.1', `hr__audit.audit.1.${'A'.repeat(22)}`],
      ...[`hr__search.audit.1.${mark}`, `hr__audit.audit.2.${mark}`, `hr__audit%2Eaudit.1.${mark}`],
      ...[`${id}=`, `${id}.`, `hr__audit.audit.1.${mark.toLowerCase()}`],
    ]
    for (const each of wrong) expect([each, ids.open(ALICE, each)]).toEqual([each, undefined])
    expect(createTaskIds('another secret of more than 32 chars').open(ALICE, id)).toBeUndefined()
  })
})
