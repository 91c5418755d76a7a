import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'

export interface Compose {
  /** The environment of a service as the compose file gives it, with `places` (text: replacement) put in. */
  environment(service: string, places: Record<string, string>): Record<string, string>
  has(service: string): boolean
  /** Where a server listens. */
  port(server: string): string
  /** The bearer token that the fleet's gateway accepts. */
  token: string
}

/** The compose file with fresh secrets, made in `scratch`; its secret files lie where every user can read them. */
export function readCompose(docker: string, scratch: string): Compose {
  execFileSync(process.execPath, [join(docker, 'make-secrets.mjs'), scratch], { stdio: 'pipe' })
  const variables = parseEnv(readFileSync(join(scratch, '.env'), 'utf8'))
  const { services, secrets } = parse(readFileSync(join(docker, 'compose.yaml'), 'utf8'), { merge: true })
  const files: Record<string, string> = {}
  for (const [name, { file }] of Object.entries(secrets as Record<string, { file: string }>)) {
    files[`/run/secrets/${name}`] = join(scratch, name)
    cpSync(join(scratch, file), join(scratch, name))
  }
  // Folders of the repository that the gateway is given, at a place where every user can read them.
  for (const volume of services.gateway.volumes as string[]) {
    const [source = '', target = ''] = volume.split(':')
    files[target] = join(scratch, basename(target))
    cpSync(join(docker, source), join(scratch, basename(target)), { recursive: true })
  }
  const fill = (text: string) =>
    text.replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, fallback) => {
      const value = variables[name] ?? (kind === '-' ? fallback : undefined)
      if (value === undefined) throw new Error(`compose.yaml needs ${name}`)
      return value
    })
  return {
    token: variables.MCP_BEARER_TOKEN ?? '',
    has: (service) => service in services,
    port: (server) => services[server].environment.PORT,
    environment(service, places) {
      const replacements = Object.entries({ ...files, ...places })
      const place = (text: string) =>
        replacements.reduce((done, [from, to]) => done.replaceAll(from, to), text)
      const environment: Record<string, string> = services[service].environment
      return Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [name, place(fill(value))]),
      )
    },
  }
}
