import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newSite, startGateway, type Who } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { EDITOR, GUEST, newFolder, policyOf, startLibrary, textOf } from './fixture/policy.ts'

const EDITORS = `allow: target.name == "library__remove_document" && "editor" in principal.roles`
const PATIENCE = { timeout: 5000 }

type Library = Awaited<ReturnType<typeof startLibrary>>

async function mayRemove({ post }: Library, as: Who = EDITOR): Promise<boolean> {
  const answer = await post('tools/call', { name: 'library__remove_document', arguments: {} }, { as })
  return Object.hasOwn((await answer.json()) as object, 'result')
}

async function readiness({ origin }: Library) {
  const response = await fetch(`${origin}/ready`)
  const { status, dependencies } = (await response.json()) as {
    status: string
    dependencies: Record<string, { status: string; error?: string }>
  }
  return { status, policy: dependencies.policy }
}

test('a gateway does not start with a policy that is not right, and says where', async () => {
  const { env } = policyOf('allow: principal.rolez == []')
  const start = async () => startGateway(await newSite(), [], { env })
  await expect(start()).rejects.toThrow(
    'policy.yaml is not right. line 4, rule "rule-1": allow is not right: No such key: rolez.',
  )
})

test('a gateway does not start without the policy file that it is told of', async () => {
  const env = { GATEWAY_POLICY_FILE: join(newFolder(), 'policy.yaml') }
  const start = async () => startGateway(await newSite(), [], { env })
  await expect(start()).rejects.toThrow('cannot be read')
})

test('a policy that changes is in force soon, audited, and told to those whose lists it changes', async () => {
  const { telemetry, events } = keptAudit()
  const policy = policyOf()
  const gateway = await startLibrary({ env: policy.env, telemetry })
  const heard: string[] = []
  for (const as of [EDITOR, GUEST]) {
    const client = await gateway.connect({ as })
    const filter = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true } as const
    // Resources may be a caller's own, so of those everybody is told.
    for (const kind of ['tools', 'prompts'] as const)
      client.setNotificationHandler(`notifications/${kind}/list_changed`, () => {
        heard.push(`${as.subject} ${kind}`)
      })
    await client.listen(filter)
  }
  expect(await mayRemove(gateway)).toBe(false)
  policy.write(EDITORS)
  await expect.poll(() => mayRemove(gateway), PATIENCE).toBe(true)
  expect(await mayRemove(gateway, GUEST)).toBe(false)
  const record = {
    kind: 'policy',
    name: expect.stringMatching(/^version [0-9a-f]{12}$/),
    decision: 'allowed',
  }
  await expect.poll(() => events().filter(({ kind }) => kind === 'policy')).toMatchObject([record])
  await expect.poll(() => heard).toEqual(['alice tools'])
  policy.write(EDITORS, 'deny: target.kind == "prompt"')
  await expect.poll(() => heard.slice(1).sort(), PATIENCE).toEqual(['alice prompts', 'gail prompts'])
})

test('a policy that is broken leaves the one before in force, is told in /ready and audited, until it is mended', async () => {
  const { telemetry, events } = keptAudit()
  const policy = policyOf(EDITORS)
  const gateway = await startLibrary({ env: policy.env, telemetry })
  const recorded = () => events().filter(({ kind }) => kind === 'policy')
  expect(await readiness(gateway)).toMatchObject({ status: 'ready', policy: { status: 'up' } })
  policy.write('allow: nobody')
  const error =
    'policy.yaml is not right. line 4, rule "rule-1": allow is not right: Unknown variable: nobody.'
  await expect
    .poll(() => readiness(gateway), PATIENCE)
    .toMatchObject({ status: 'ready', policy: { status: 'degraded', error } })
  expect(await mayRemove(gateway)).toBe(true)
  await expect.poll(recorded).toMatchObject([{ decision: 'refused', errorCode: 'INVALID', reason: error }])
  rmSync(policy.path)
  await expect
    .poll(async () => (await readiness(gateway)).policy?.error, PATIENCE)
    .toContain('policy.yaml cannot be read')
  expect(await mayRemove(gateway)).toBe(true)
  policy.write()
  await expect
    .poll(() => readiness(gateway), PATIENCE)
    .toMatchObject({ status: 'ready', policy: { status: 'up' } })
  expect(await mayRemove(gateway)).toBe(false)
  await expect
    .poll(() => recorded().map(({ decision }) => decision))
    .toEqual(['refused', 'refused', 'allowed'])
})

test('the symlinks of a ConfigMap are followed when they are swapped', async () => {
  const folder = newFolder()
  const put = (name: string, text: string) => {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'policy.yaml'), text)
    symlinkSync(name, join(folder, '..data_tmp'))
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
  }
  put('..2026_11_20', textOf())
  symlinkSync(join('..data', 'policy.yaml'), join(folder, 'policy.yaml'))
  const gateway = await startLibrary({ env: { GATEWAY_POLICY_FILE: join(folder, 'policy.yaml') } })
  expect(await mayRemove(gateway)).toBe(false)
  put('..2026_11_21', textOf(EDITORS))
  rmSync(join(folder, '..2026_11_20'), { recursive: true })
  await expect.poll(() => mayRemove(gateway), PATIENCE).toBe(true)
})
