import { z } from 'zod'

/** The `atoll` field of an app's package.json: what the fleet has to know to run it. */
export const Manifest = z.strictObject({
  port: z.int().min(1).max(65_535),
  role: z.enum(['domain', 'gateway']),
  /** It owns a database, and has the commands `migrate` and `seed`. */
  database: z.boolean().default(false),
  /** It acts for its callers at other servers, and is a client of the gateway for that. */
  delegates: z.boolean().default(false),
  /** A call that shows what it does, for the banner. */
  example: z.strictObject({ tool: z.string(), arguments: z.record(z.string(), z.json()) }).optional(),
})
export type Manifest = z.output<typeof Manifest>

/** One server of the fleet. */
export interface App extends Manifest {
  /** Its folder's name: `hr`. */
  readonly name: string
  readonly directory: string
  /** The module that `node` runs. */
  readonly main: string
  /** The base URL, without a slash at the end. */
  readonly url: string
  /** The URL of its MCP endpoint, which is also the audience of its tokens. */
  readonly mcp: string
}

/** The variable that moves an app's port: `ATOLL_PORT_KNOWLEDGE_BASE`. */
export function portVariable(name: string): string {
  return `ATOLL_PORT_${name.toUpperCase().replaceAll('-', '_')}`
}
