import { expect, test } from 'vitest'
import type { TestGateway, Who } from './fixture/fleet.ts'
import { EDITOR, OPERATOR, policyOf, startLibrary } from './fixture/policy.ts'

const EDITORS = `allow: target.name == "library__remove_document" && "editor" in principal.roles`
const ALICE = { subject: 'alice', tenant: 'acme', roles: ['editor'], scopes: ['kb:read'] }

async function ask({ origin, token }: TestGateway, path: string, body?: object, as: Who = OPERATOR) {
  const response = await fetch(`${origin}/admin/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${await token(as)}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return [response.status, await response.json()]
}

test('the rules in force are shown to those who run the gateway', async () => {
  const gateway = await startLibrary({ env: policyOf(EDITORS).env })
  const rule = { name: 'rule-1', kind: 'allow', when: EDITORS.slice('allow: '.length), line: 3 }
  const policy = { version: expect.stringMatching(/^[0-9a-f]{12}$/), rules: [rule] }
  expect(await ask(gateway, 'policy')).toMatchObject([
    200,
    { policy: { ...policy, defaults: { read: 'allow' } } },
  ])
  expect(await ask(gateway, 'policy', undefined, EDITOR)).toMatchObject([403, {}])
  expect(await ask(await startLibrary(), 'policy')).toEqual([200, { policy: null }])
})

test('a decision is explained: the target, each rule with its conditions, missing scopes and what is disabled', async () => {
  const gateway = await startLibrary({ env: policyOf(EDITORS, 'deny: args.force == true').env })
  await ask(gateway, 'switches', { what: 'library', disabled: true, reason: 'it leaks' })
  const question = { principal: ALICE, target: 'library__remove_document', args: { force: false } }
  expect(await ask(gateway, 'policy/explain', question)).toEqual([
    200,
    {
      target: {
        ...{ kind: 'tool', server: 'library', name: 'library__remove_document' },
        ...{ effect: 'destroy', data: 'internal' },
      },
      policy: {
        decision: { allowed: true, rule: 'rule-1' },
        rules: [
          {
            ...{ name: 'rule-1', kind: 'allow', line: 3, answer: 'holds' },
            conditions: [
              { text: 'target.name == "library__remove_document"', answer: 'holds' },
              { text: '"editor" in principal.roles', answer: 'holds' },
            ],
          },
          {
            ...{ name: 'rule-2', kind: 'deny', line: 5, answer: 'does not hold' },
            conditions: [{ text: 'args.force == true', answer: 'does not hold' }],
          },
        ],
      },
      disabled: { what: 'server:library', reason: 'it leaks' },
      missingScopes: ['kb:write'],
    },
  ])
})

test('a resource is explained by its URI, and what is not there is said to be unknown', async () => {
  const gateway = await startLibrary({ env: policyOf('deny: target.kind == "resource"').env })
  const about = (target: string) => ask(gateway, 'policy/explain', { principal: ALICE, target })
  expect(await about('library+kb://documents/{id}')).toMatchObject([
    200,
    {
      target: { kind: 'resource', effect: 'read' },
      policy: { decision: { allowed: false, rule: 'rule-1' } },
    },
  ])
  expect(await about('library__made_up')).toMatchObject([404, { error: { code: 'NOT_FOUND' } }])
  expect(await ask(gateway, 'policy/explain', {})).toMatchObject([400, { error: { code: 'INVALID' } }])
})

test('a resource is explained with its URI as its argument, as lists show it', async () => {
  const rule = 'deny: target.kind == "resource" && args.uri == "library+kb://overview"'
  const gateway = await startLibrary({ env: policyOf(rule).env })
  const target = 'library+kb://overview'
  expect(await ask(gateway, 'policy/explain', { principal: ALICE, target })).toMatchObject([
    200,
    { policy: { decision: { allowed: false, rule: 'rule-1' } } },
  ])
})
