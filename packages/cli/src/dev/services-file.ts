import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../files/read-json.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { liveRuns } from '../process/run-records.ts'

/** What `dev-services` tells the servers that run beside it. Holds secrets: readable by the owner only. */
export const Services = z.object({
  pid: z.int(),
  /** Per app, what the fleet decides of its environment. */
  environments: z.record(z.string(), z.record(z.string(), z.string())),
})
export type Services = z.output<typeof Services>

export async function writeServices(home: string, services: Services): Promise<() => Promise<void>> {
  await writeAtomically(servicesFile(home), `${JSON.stringify(services, undefined, 2)}\n`)
  return () => rm(servicesFile(home), { force: true })
}

/** The services as far as they run now: a file left by ones that were killed does not count. */
export async function readServices(home: string): Promise<Services | undefined> {
  const services = await readJson(servicesFile(home), Services)
  if (services === undefined) return undefined
  const launcher = (await liveRuns(home)).find(({ kind }) => kind === 'launcher')
  return launcher?.pid === services.pid ? services : undefined
}

function servicesFile(home: string): string {
  return join(home, 'services.json')
}
