import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { UnavailableError } from '@atoll/errors'

/** The unprivileged user PostgreSQL runs as when we are root. Undefined stands for ourselves. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses root, so root hands over to whoever called sudo, else to `postgres` or `nobody`. */
export async function chooseAccount(): Promise<Account | undefined> {
  if (!isRoot()) return undefined
  const accounts = await allAccounts()
  const sudo = Number(process.env.SUDO_UID ?? 0)
  const candidates = [
    accounts.find(({ uid }) => uid === sudo && uid !== 0),
    ...['postgres', 'nobody'].map((wanted) => accounts.find(({ name }) => name === wanted)),
  ]
  const account = candidates.find((candidate) => candidate !== undefined)
  if (account) return account
  throw new UnavailableError(
    'PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody" here: create one, or start as an ordinary user.',
  )
}

/** Who a cluster made earlier belongs to. */
export async function ownerOf(path: string): Promise<Account | undefined> {
  if (!isRoot()) return undefined
  const { uid, gid } = await stat(path)
  const known = (await allAccounts()).find((account) => account.uid === uid)
  return known ?? { name: String(uid), uid, gid }
}

/** Whether the account can enter the folder or run the file. */
export async function canReach(account: Account | undefined, path: string): Promise<boolean> {
  if (!account) return true
  const { uid, gid } = account
  return promisify(execFile)('/bin/sh', ['-c', 'test -x "$0"', path], { uid, gid, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

/** What `spawn` needs to start a process as the account. */
export function runAs(account: Account | undefined): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {}
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

async function allAccounts(): Promise<Account[]> {
  const text = await readFile('/etc/passwd', 'utf8')
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
