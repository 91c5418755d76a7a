import type { Principal } from '@atoll/auth'
import type { Migrations } from '@atoll/database'
import type { ServerDefinition } from '@atoll/server-kit'

/** What is asked of one domain at every size. */
export interface ScaleDomain {
  name: string
  /** What a size counts. */
  unit: string
  sizes: readonly number[]
  server: ServerDefinition
  migrations: Migrations
  /** What the app's role may do; `write` unless given. */
  access?: 'read' | 'write'
  /** Arguments of its `seed` command. */
  seed(size: number): string[]
  questions(size: number): Question[]
}

export interface Question {
  /** What is looked up and listed must take as long in a big table as in a small one. */
  kind: 'look up' | 'list' | 'add up'
  tool: string
  about: string
  as: Principal
  /** Arguments of call number `call`; `earlier` is what `before` gave. */
  args(call: number, earlier: Answer): Record<string, unknown>
  /** Called once before: to get a cursor, for instance. */
  before?(ask: Ask): Promise<Answer>
}

// biome-ignore lint/suspicious/noExplicitAny: answers of any tool
export type Answer = any
export type Ask = (tool: string, args: Record<string, unknown>, as: Principal) => Promise<Answer>

/** The same numbers in every run: from 1 to `end`, all over. */
export function spread(call: number, end: number): number {
  return 1 + ((call * 7_919_317 + 104_729) % end)
}
