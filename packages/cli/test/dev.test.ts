import { cp, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, pidAt } from './support/ask.ts'
import { openPlace } from './support/command.ts'
import { processesOf } from './support/processes.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

/** A clone whose sources a test may change. */
async function copyOf(clone: string): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'atoll-dev-')))
  await cp(join(FIXTURES, 'tiny-server.ts'), join(folder, 'tiny-server.ts'))
  await cp(join(FIXTURES, clone), join(folder, clone), { recursive: true })
  return join(folder, clone)
}

test('servers beside the services run from source, are restarted when it changes, and all of it ends', async () => {
  const clone = await copyOf('plain')
  await using place = await openPlace(clone)
  const beta = place.spawn(['dev-server'], {}, join(clone, 'apps/beta'))
  const services = place.spawn(['dev-services'])
  await beta.prints(`beta at http://127.0.0.1:${place.ports.beta}/mcp`)
  await services.prints('Ctrl-C stops all of it.')
  expect(services.output()).toMatch(/beta +http\S+ +ready/)
  expect(services.output()).toMatch(/gateway +http\S+ +not started/)
  expect((await place.fleet()).servers.beta?.scopes).toEqual(['beta:read'])

  const pid = await pidAt(place.ports.beta)
  const source = join(clone, 'apps/beta/src/main.ts')
  const text = await readFile(source, 'utf8')
  await writeFile(source, text.replace("serveTiny('beta')", "serveTiny('beta', { '/new': () => 'here' })"))
  await beta.prints('Restarting')
  await expect
    .poll(() => ask(place.ports.beta, '/new').catch(() => undefined), { timeout: 20_000 })
    .toBe('here')
  expect(await pidAt(place.ports.beta)).not.toBe(pid)

  for (const { child } of [services, beta]) child.kill('SIGINT')
  expect((await services.finished).code).toBe(0)
  expect((await beta.finished).code).toBe(0)
  expect(await processesOf(place.home)).toEqual([])
})

test('the services do not start beside a fleet that runs', async () => {
  await using place = await openPlace('plain')
  const fleet = place.spawn(['start'])
  await fleet.prints('Ctrl-C stops all of it.')
  const { code, stderr } = await place.run(['dev-services'])
  expect(stderr).toContain('The fleet is already running')
  expect(code).toBe(1)
})

test('a server outside of apps is refused', async () => {
  await using place = await openPlace('plain')
  const elsewhere = place.spawn(['dev-server'], {}, tmpdir())
  expect(await elsewhere.finished).toMatchObject({ code: 2, stderr: expect.stringContaining('is no app') })
})
