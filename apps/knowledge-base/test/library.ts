import { parseEnvironment } from '@atoll/server-kit'
import { principal, type TestServer, testDatabase, testServer } from '@atoll/testing'
import { inject } from 'vitest'
import { migrations } from '../migrations/index.ts'
import type { knowledgeBase } from '../src/domain.ts'
import type { SearchHit } from '../src/model.ts'
import { server as definition } from '../src/server.ts'
import { fill } from './fill.ts'
import './shared-database.ts'

const READ = ['kb:read'] as const
const ALL = ['kb:read', 'kb:write', 'kb:confidential'] as const

/** A colleague of acme, with nothing but the right to read. */
export const reader = principal({ subject: 'bob', tenant: 'acme', scopes: READ })
/** One who may do everything that scopes allow. */
export const author = principal({ subject: 'alice', tenant: 'acme', scopes: ALL })
/** The same, and a member of the board. */
export const director = principal({ subject: 'dora', tenant: 'acme', scopes: ALL, roles: ['board'] })
/** Somebody from outside. */
export const guest = principal({
  subject: 'gus',
  tenant: 'acme',
  scopes: ['kb:read', 'kb:write'],
  roles: ['guest'],
})
/** Another company's. */
export const stranger = principal({ subject: 'mallory', tenant: 'globex', scopes: ALL })

export type Deps = Awaited<ReturnType<(typeof knowledgeBase)['connect']>>['deps']

export interface Library {
  server: TestServer
  deps: Deps
  ownerUrl: string
  appUrl: string
  close(): Promise<void>
}

/** The real server over both demonstration handbooks, for tests that only read. */
export function library(): Promise<Library> {
  return open(inject('sharedDatabase'), {})
}

/** The same with a database of its own, for tests that write. */
export async function ownLibrary({
  filled = true,
  env = {},
}: {
  filled?: boolean
  env?: Env
} = {}): Promise<Library> {
  const { ownerUrl, appUrl, close } = await testDatabase({ name: 'knowledge-base', migrations })
  if (filled) await fill(ownerUrl)
  const opened = await open({ ownerUrl, appUrl }, env)
  return {
    ...opened,
    async close() {
      await opened.close()
      await close()
    },
  }
}

type Env = Readonly<Record<string, string>>

/** One more server over a database, as another replica would be. */
export async function open(
  { ownerUrl, appUrl }: Pick<Library, 'ownerUrl' | 'appUrl'>,
  env: Env,
): Promise<Library> {
  const config = parseEnvironment(definition.domain.config, { DATABASE_URL: appUrl, ...env })
  let deps: Deps | undefined
  const server = await testServer(definition, {
    async connect(context) {
      const connected = await definition.domain.connect(config, context)
      deps = connected.deps
      return connected
    },
  })
  if (!deps) throw new Error('The server has not connected')
  return { server, deps, ownerUrl, appUrl, close: () => server.close() }
}

/** What a search finds. */
export async function search(
  { server }: Library,
  as: typeof reader,
  query: string,
  more: Record<string, unknown> = {},
): Promise<SearchHit[]> {
  const result = await server.call('search_knowledge_base', { query, ...more }, { as })
  if (!result.structuredContent) throw new Error(textOf(result))
  return result.structuredContent.results
}

/** The titles of what a search finds, best first. */
export async function titles(...asked: Parameters<typeof search>): Promise<string[]> {
  return (await search(...asked)).map(({ title }) => title)
}

/** What a refused call tells the caller. */
export function textOf(result: { content: { text?: string }[] }): string {
  return result.content[0]?.text ?? ''
}

/** Never aborts. */
export const signal: AbortSignal = new AbortController().signal
