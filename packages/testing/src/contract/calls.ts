import { ERROR_META_KEY, InsufficientScopeError } from '@atoll/errors'
import type { ServerDefinition } from '@atoll/server-kit'
import { describe, expect, test } from 'vitest'
import { principal } from '../principals.ts'
import { type TestServer, testServer } from '../test-server.ts'
import type { ContractSubject } from './subject.ts'

const SECRET = 'hunter2'

/** What every call must do and not do: scopes, bad input, foreign tenants, errors that say nothing of the inside. */
export function callContract<Name extends string, Deps>(
  subject: ContractSubject<Name, Deps>,
  server: () => TestServer,
): void {
  const { examples, owner, secrets } = subject
  const definition: ServerDefinition = subject.server
  const as = principal({ ...owner, tenant: 'acme' })

  describe('calls', () => {
    test('have an example for every tool', () => {
      expect(Object.keys(examples).toSorted()).toEqual(definition.tools.map((tool) => tool.name).toSorted())
    })

    for (const { name, scopes, optionalScopes = [], effect, output, task } of definition.tools) {
      // Nobody here waits for the end of long work.
      const asked = { answer: agree, followsTasks: task !== undefined }
      test(`${name} is refused without its scopes, naming all of them`, async () => {
        for (const held of [[], scopes.slice(1)]) {
          const before = server().audit.length
          const call = server().call(name, examples[name] ?? {}, {
            as: principal({ ...owner, tenant: 'acme', scopes: held }),
          })
          await expect(call).rejects.toThrow(InsufficientScopeError)
          await expect(call).rejects.toMatchObject({ scopes })
          expect(server().audit.slice(before)).toMatchObject([{ name, decision: 'refused', rule: 'scope' }])
        }
      })

      test(`${name} answers bad input with an error that names the argument`, async () => {
        const result = await server().call(name, { ...examples[name], no_such_argument: SECRET }, { as })
        expect(result.isError).toBe(true)
        expect(result._meta?.[ERROR_META_KEY]).toMatchObject({ code: 'INVALID' })
        expect(JSON.stringify(result)).toContain('no_such_argument')
        expect(JSON.stringify(result)).not.toContain(SECRET)
      })

      if (effect === 'read' && !task) {
        // The gateway sends no others.
        test(`${name} shows all it can with the scopes that it declares`, async () => {
          const declared = owner.scopes.filter((scope) => [...scopes, ...optionalScopes].includes(scope))
          const limited = principal({ ...owner, tenant: 'acme', scopes: declared })
          const answers = [as, limited].map((who) => server().call(name, { ...examples[name] }, { as: who }))
          const [all, sent] = await Promise.all(answers)
          expect(sent?.content).toEqual(all?.content)
        })
      }

      test(`${name} shows another tenant nothing`, async () => {
        const stranger = principal({ subject: owner.subject, tenant: 'nobody', scopes: owner.scopes })
        const result = await server().call(name, { ...examples[name] }, { as: stranger, ...asked })
        // What the stranger sent is no secret to the stranger.
        const sent = JSON.stringify(examples[name])
        for (const secret of secrets) {
          if (!sent.includes(secret)) expect(JSON.stringify(result)).not.toContain(secret)
        }
      })

      test(`${name} hides what went wrong inside`, async () => {
        const broken = await testServer(subject.server, { deps: brokenDeps() as NoInfer<Deps> })
        try {
          const result = await broken.call(name, examples[name] ?? {}, { as, ...asked })
          expect(JSON.stringify(result)).not.toContain(SECRET)
          if (result.isError)
            expect(result._meta?.[ERROR_META_KEY]).toMatchObject({ requestId: expect.any(String) })
        } finally {
          await broken.close()
        }
      })

      test(`${name} succeeds for the owner and leaves one audit event without arguments`, async () => {
        const before = server().audit.length
        const result = await server().call(name, examples[name] ?? {}, { as, ...asked })
        expect(result.isError, JSON.stringify(result.content)).toBeUndefined()
        if (!task) expect(result.content.length).toBeGreaterThan(0)
        if (output && !task) expect(result.structuredContent).toBeDefined()
        const last = server().audit.slice(before).at(-1)
        expect(last).toMatchObject({
          name,
          tenant: 'acme',
          subject: owner.subject,
          decision: 'allowed',
          outcome: task ? 'task' : 'ok',
        })
        expect(last).not.toHaveProperty('arguments')
      })
    }
  })
}

/** Every method of every dependency fails, with something in its message that must not get out. */
function brokenDeps(): unknown {
  const fail = () => {
    throw new Error(`connect ECONNREFUSED postgres://app:${SECRET}@db.internal`)
  }
  const node: unknown = new Proxy(fail, {
    get: (_target, key) => (key === 'then' ? undefined : node),
    apply: fail,
  })
  return node
}

function agree(): Record<string, unknown> {
  return { action: 'accept', content: { confirm: true } }
}
