import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { isMissing } from '../files/read-json.ts'
import { portFrom, type Settings } from '../settings.ts'
import { type App, Manifest, portVariable } from './app.ts'

/** The apps of a clone; there is exactly one gateway. */
export interface Apps {
  /** In the order of their names. */
  readonly domains: readonly App[]
  readonly gateway: App
  readonly all: readonly App[]
}

/**
 * Find the apps: each folder of `apps` whose package.json has an `atoll` field. Throws InvalidError when one is
 * described wrongly or two want the same port.
 */
export async function discoverApps(settings: Settings): Promise<Apps> {
  const folder = join(settings.root, 'apps')
  const names = (await readdir(folder)).sort()
  const found = await Promise.all(names.map((name) => readApp(settings, name, join(folder, name))))
  const all = found.filter((app) => app !== undefined)
  refuseSharedPorts(all, settings.postgresPort)
  const gateways = all.filter((app) => app.role === 'gateway')
  const [gateway] = gateways
  if (gateway === undefined || gateways.length > 1) {
    const who = gateways.map((app) => app.name).join(', ') || 'none'
    throw new InvalidError(
      `Exactly one app must have "role": "gateway" in its package.json; there is ${who}.`,
    )
  }
  return { domains: all.filter((app) => app.role === 'domain'), gateway, all }
}

async function readApp(settings: Settings, name: string, directory: string): Promise<App | undefined> {
  const file = join(directory, 'package.json')
  const { atoll } = await readPackage(file)
  if (atoll === undefined) return undefined
  const manifest = Manifest.safeParse(atoll)
  if (!manifest.success) {
    throw new InvalidError(`The "atoll" field of ${file} is wrong: ${oneLine(manifest.error)}.`)
  }
  const port = portFrom(settings.env, portVariable(name)) ?? manifest.data.port
  const url = `http://127.0.0.1:${port}`
  return {
    ...manifest.data,
    name,
    directory,
    main: join(directory, 'src', 'main.ts'),
    port,
    url,
    mcp: `${url}/mcp`,
  }
}

async function readPackage(file: string): Promise<{ atoll?: unknown }> {
  try {
    return z.looseObject({ atoll: z.unknown().optional() }).parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (isMissing(error)) return {}
    throw new InvalidError(`${file} cannot be read as JSON.`, { cause: error })
  }
}

function refuseSharedPorts(apps: readonly App[], postgresPort: number): void {
  const taken = new Map([[postgresPort, { who: 'PostgreSQL', variable: 'ATOLL_POSTGRES_PORT' }]])
  for (const app of apps) {
    const other = taken.get(app.port)
    const variable = portVariable(app.name)
    if (other) {
      throw new InvalidError(
        `${app.name} and ${other.who} both want port ${app.port}: move one with ${variable} or ${other.variable}.`,
      )
    }
    taken.set(app.port, { who: app.name, variable })
  }
}

function oneLine(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message.replace(/^Invalid input: /, '')}`)
    .join('; ')
}
