import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../files/read-json.ts'
import { writeAtomically } from '../files/write-atomically.ts'

const Endpoint = z.object({ url: z.url(), mcp: z.url() })

/** `.atoll/fleet.json`: what a program needs to talk to the running fleet. Readable by the owner only. */
export const Fleet = z.object({
  gateway: Endpoint,
  /** Each with a token of its own audience, for asking it directly. */
  servers: z.record(z.string(), Endpoint.extend({ token: z.string(), scopes: z.array(z.string()) })),
  /** For the gateway only: it is no token for the servers behind it. */
  token: z.string(),
  tenant: z.string(),
  subject: z.string(),
  scopes: z.array(z.string()),
  /** Of the tokens, ISO 8601. */
  expiresAt: z.iso.datetime(),
  /** The process that keeps the fleet. */
  pid: z.int(),
})
export type Fleet = z.output<typeof Fleet>

export function fleetFile(home: string): string {
  return join(home, 'fleet.json')
}

export async function writeFleet(home: string, fleet: Fleet): Promise<void> {
  await writeAtomically(fleetFile(home), `${JSON.stringify(fleet, undefined, 2)}\n`)
}

/** The fleet as last written; undefined when none was started here, or it was stopped. */
export function readFleet(home: string): Promise<Fleet | undefined> {
  return readJson(fleetFile(home), Fleet)
}

export async function removeFleet(home: string): Promise<void> {
  await rm(fleetFile(home), { force: true })
}
