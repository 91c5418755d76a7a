import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { UnavailableError } from '@atoll/errors'

/** The unprivileged user PostgreSQL runs as when we are root. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/**
 * Who runs PostgreSQL: undefined (ourselves) for an ordinary user. PostgreSQL refuses root, so root hands over
 * to the owner of data made earlier, else to whoever called sudo, else to `postgres` or `nobody`. No user is created.
 */
export async function accountFor(existingData: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8'))
  const owners = await Promise.all(
    existingData.map((path) =>
      stat(path).then(
        ({ uid }) => uid,
        () => undefined,
      ),
    ),
  )
  const sudo = process.env.SUDO_UID === undefined ? undefined : Number(process.env.SUDO_UID)
  const byUid = [...owners, sudo].map((uid) => accounts.find((account) => account.uid === uid && uid !== 0))
  const byName = ['postgres', 'nobody'].map((name) => accounts.find((account) => account.name === name))
  const account = [...byUid, ...byName].find((candidate) => candidate !== undefined)
  if (account) return account
  throw new UnavailableError(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody": create one, or start as an ordinary user.',
  )
}

/** Whether the account can enter the folder or run the file; always true when we run PostgreSQL ourselves. */
export async function canReach(account: Account | undefined, path: string): Promise<boolean> {
  if (!account) return true
  const { uid, gid } = account
  return promisify(execFile)('/bin/sh', ['-c', 'test -x "$0"', path], { uid, gid, cwd: '/' }).then(
    () => true,
    () => false,
  )
}

function parsePasswd(text: string): Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}
