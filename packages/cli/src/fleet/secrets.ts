import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readJson } from '../files/read-json.ts'
import { writeAtomically } from '../files/write-atomically.ts'
import { waitForLock } from '../process/lock.ts'

const Passwords = z.object({ owner: z.string(), app: z.string() })
const Secrets = z.object({
  /** Seals what the servers hand out: cursors and the state of questions. */
  state: z.string().min(32),
  /** Of each domain's two database roles. */
  databases: z.record(z.string(), Passwords),
  /** With which servers that act for their callers ask the gateway for tokens. */
  clients: z.record(z.string(), z.string()).default({}),
})
export type Secrets = z.output<typeof Secrets>
export type Passwords = z.output<typeof Passwords>

/** The secrets of this home, made on first use and kept for its owner only. */
export async function loadSecrets(home: string, domains: readonly string[]): Promise<Secrets> {
  await using _lock = await waitForLock(home, 'secrets')
  const file = join(home, 'secrets.json')
  const known = await readJson(file, Secrets)
  const databases = domains.map((name) => [
    name,
    known?.databases[name] ?? { owner: randomSecret(), app: randomSecret() },
  ])
  const clients = domains.map((name) => [name, known?.clients[name] ?? randomSecret()])
  const secrets: Secrets = {
    state: known?.state ?? randomSecret(),
    databases: { ...known?.databases, ...Object.fromEntries(databases) },
    clients: { ...known?.clients, ...Object.fromEntries(clients) },
  }
  if (JSON.stringify(known) !== JSON.stringify(secrets)) {
    await writeAtomically(file, `${JSON.stringify(secrets, undefined, 2)}\n`)
  }
  return secrets
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url')
}
