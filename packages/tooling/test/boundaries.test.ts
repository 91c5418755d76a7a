import { describe, expect, it } from 'vitest'
import { boundaryProblems } from '../src/checks/boundaries.ts'
import type { WorkspacePackage } from '../src/checks/workspace.ts'

function member(
  folder: string,
  dependencies: string[] = [],
  sources: Record<string, string> = {},
  devDependencies: string[] = [],
): WorkspacePackage {
  return {
    name: `@atoll/${folder.split('/').at(-1)}`,
    folder,
    dependencies: new Set(dependencies),
    devDependencies: new Set(devDependencies),
    sources: Object.entries(sources).map(([path, code]) => ({ path: `${folder}/${path}`, code })),
  }
}

const errors = member('packages/errors')

describe('boundaryProblems', () => {
  it('accepts an arrow that points down', () => {
    const auth = member('packages/auth', ['@atoll/errors'], { 'src/a.ts': `import '@atoll/errors'` })
    expect(boundaryProblems([errors, auth])).toEqual([])
  })

  it('refuses an arrow that points up, type imports included', () => {
    const auth = member('packages/auth', [], {})
    const upward = member('packages/errors', ['@atoll/auth'], {
      'src/a.ts': `\nimport type { Principal } from '@atoll/auth'`,
    })
    expect(boundaryProblems([auth, upward])).toEqual([
      'packages/errors/src/a.ts:2: the arrow points the other way; packages/errors may not import packages/auth',
    ])
  })

  it('refuses an app that imports an app, in its tests too', () => {
    const hr = member('apps/hr')
    const gateway = member('apps/gateway', ['@atoll/hr'], {
      'src/a.ts': `export { x } from '@atoll/hr'`,
      'test/a.test.ts': `const x = await import('@atoll/hr')`,
    })
    expect(boundaryProblems([hr, gateway])).toEqual([
      'apps/gateway/src/a.ts:1: nothing imports apps/hr; call it by URL or start it as a process',
      'apps/gateway/test/a.test.ts:1: nothing imports apps/hr; call it by URL or start it as a process',
    ])
  })

  it('accepts types that a package of types describes, and nothing else of it', () => {
    const sources = { 'src/a.ts': `import type { Root } from 'hast'\nimport { h } from 'hast'` }
    expect(boundaryProblems([member('packages/auth', [], sources, ['@types/hast'])])).toEqual([
      'packages/auth/src/a.ts:2: hast is not in the dependencies of packages/auth/package.json',
    ])
  })

  it('refuses what is not declared, and what only tests may use', () => {
    const auth = member(
      'packages/auth',
      [],
      { 'src/a.ts': `import 'jose/jwt'\nimport 'vitest'\nimport 'node:fs'`, 'test/a.ts': `import 'vitest'` },
      ['vitest'],
    )
    expect(boundaryProblems([auth])).toEqual([
      'packages/auth/src/a.ts:1: jose is not in the dependencies of packages/auth/package.json',
      'packages/auth/src/a.ts:2: vitest is not in the dependencies of packages/auth/package.json',
    ])
  })

  it('keeps the protocol SDK behind the edge of the kit', () => {
    const sdk = '@modelcontextprotocol/server'
    const kit = member('packages/server-kit', [sdk], {
      'src/edge/a.ts': `import '${sdk}'`,
      'src/define/a.ts': `import type { Tool } from '${sdk}'`,
    })
    const problems = boundaryProblems([kit])
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(/^packages\/server-kit\/src\/define\/a\.ts:1: only .* may import/)
  })

  it.each([
    ['process.env.PORT', 'process.env.PORT'],
    ['process.env[name]', 'process.env'],
    ['parse(process.env)', 'process.env'],
    ['const { env } = process', 'process.env'],
    [`import { env } from 'node:process'`, 'process.env'],
  ])('refuses "%s" outside main and config files', (code, named) => {
    const files = { 'src/main.ts': code, 'src/store.ts': code, 'test/a.test.ts': code }
    expect(boundaryProblems([member('apps/hr', [], files)])).toEqual([
      `apps/hr/src/store.ts:1: only main and config files read ${named}; pass the value in`,
    ])
  })

  it.each(['process.env.PATH', 'const env = { ...process.env }'])('lets every file use "%s"', (code) => {
    expect(boundaryProblems([member('apps/hr', [], { 'src/store.ts': code })])).toEqual([])
  })

  it('refuses a package that the picture lacks', () => {
    expect(boundaryProblems([member('packages/extra')])).toEqual([
      'packages/extra: no place in the picture; give it a row in packages/tooling/src/checks/layers.ts',
    ])
  })

  it('lets whole-fleet tests import anything they declare', () => {
    const sdk = '@modelcontextprotocol/client'
    const interop = member('test/interop', [sdk, '@atoll/errors'], {
      'fleet.test.ts': `import '${sdk}'\nimport '@atoll/errors'\nprocess.env.X`,
    })
    expect(boundaryProblems([errors, interop])).toEqual([])
  })
})
