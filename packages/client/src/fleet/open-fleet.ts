import { LimitedError, NotFoundError, TimeoutError, UnavailableError } from '@atoll/errors'
import { Client } from '../client.ts'
import type { Credentials } from '../credentials.ts'
import { headersOfTool } from '../list.ts'
import type { Listed } from '../listed.ts'
import type { ClientOptions, Params, Result } from '../options.ts'
import { paramHeaderValues } from '../param-headers.ts'
import { callTool, type TaskOptions } from '../tasks.ts'
import { FleetMember } from './fleet-member.ts'
import type { ServerPlaces, ServerSource } from './server-source.ts'

export interface FleetOptions {
  readonly source: ServerSource
  /** Who this program is at a server. */
  credentials(server: string): Credentials
  /** How each server's client is made, but for what the source says. */
  readonly client?: Omit<ClientOptions, 'url' | 'instances' | 'name' | 'credentials'>
}

export interface FleetTool {
  readonly server: string
  readonly name: string
  /** As its server lists it. */
  readonly listed: Listed
  /** Milliseconds since its server was last heard to offer it. */
  readonly age: number
}

export interface FleetCallOptions extends Omit<TaskOptions, 'isRepeatable' | 'headers'> {
  /**
   * What to answer when the server cannot be had right now, after all that may be tried was tried. Never asked where
   * the call may have been carried out.
   */
  fallback?(error: unknown): Result | Promise<Result>
}

export interface Fleet {
  /** In the order of their names; of a server that does not answer, what it offered last. Never rejects. */
  tools(): Promise<FleetTool[]>
  /**
   * Call a tool at an instance that is well, repeated only where the tool's hints allow it. Throws NotFoundError for a
   * server or tool that there is not, and what `callTool` throws. Finding out about the tool is part of `timeout`.
   */
  call(server: string, tool: string, args: Params, options?: FleetCallOptions): Promise<Result>
  close(): Promise<void>
}

/**
 * Several servers as one: what the gateway does for everybody, for one program. Resolves when the source has said which
 * servers there are; they may come and go from then on.
 */
export async function openFleet({ source, credentials, client: settings }: FleetOptions): Promise<Fleet> {
  const members = new Map<string, FleetMember>()
  const add = ({ name, instances }: ServerPlaces) => {
    const known = members.get(name)
    if (known) known.client.setInstances(instances)
    else if (instances[0]) {
      const { url } = instances[0]
      const client = new Client({ ...settings, name, url, instances, credentials: credentials(name) })
      members.set(name, new FleetMember(client))
    }
  }
  await source.start((servers) => {
    const faults: unknown[] = []
    for (const server of servers) {
      try {
        add(server)
      } catch (error) {
        faults.push(error)
      }
    }
    const named = new Set(servers.map(({ name }) => name))
    for (const [name, { client }] of members) {
      if (named.has(name)) continue
      members.delete(name)
      void client.close()
    }
    // One that cannot be used does not cost the others.
    if (faults.length > 0) throw faults[0]
  })

  return {
    async tools() {
      const sorted = [...members].sort(([a], [b]) => (a < b ? -1 : 1))
      const lists = await Promise.all(
        sorted.map(async ([server, member]) => {
          const { items, age } = await member.list()
          return items.map((listed) => ({ server, name: listed.name, listed, age }))
        }),
      )
      return lists.flat()
    },
    async call(server, tool, args, { fallback, ...options } = {}) {
      const member = members.get(server)
      if (!member) throw new NotFoundError('server', server)
      try {
        const { timeout = member.client.timeout, signal } = options
        const deadline = performance.now() + timeout
        const listed = await member.find(tool, deadline, { timeout, signal })
        const headers = paramHeaderValues(headersOfTool(listed), args)
        return await callTool(member.client, tool, args, {
          ...options,
          timeout: Math.max(1, deadline - performance.now()),
          isRepeatable: isRepeatable(listed),
          headers,
        })
      } catch (error) {
        if (fallback && isAway(error)) return await fallback(error)
        throw error
      }
    },
    async close() {
      source.close()
      await Promise.all([...members.values()].map(({ client }) => client.close()))
    },
  }
}

/** Only what a tool says of itself counts (MCP schema, ToolAnnotations). */
function isRepeatable({ annotations }: Listed): boolean {
  const { readOnlyHint, idempotentHint } = (annotations ?? {}) as Record<string, unknown>
  return readOnlyHint === true || idempotentHint === true
}

/** Nothing was carried out, or nothing that matters, and it may be different later. */
function isAway(error: unknown): boolean {
  return error instanceof UnavailableError || error instanceof TimeoutError || error instanceof LimitedError
}
