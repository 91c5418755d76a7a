import { execFile } from 'node:child_process'
import { chmod, chown, cp, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseAccount, runAs } from '../../src/embedded/account.ts'
import { binariesFor } from '../../src/embedded/binaries.ts'
import { query, scratchFolder, start } from './support.ts'

async function placeOf(folder: string): Promise<string> {
  return (await readFile(join(folder, 'location'), 'utf8')).trim()
}

async function uidOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^Uid:\t(\d+)/m.exec(status)?.[1])
}

describe.runIf(process.getuid?.() === 0)('root hands over', () => {
  test('to an unprivileged user who owns the data and nobody else reads', async () => {
    const folder = await scratchFolder()
    const server = await start(folder)
    const uid = await uidOf(server.pid)
    expect(uid).not.toBe(0)
    const cluster = await stat(join(folder, 'cluster'))
    expect([cluster.uid, cluster.mode & 0o777]).toEqual([uid, 0o700])
    expect((await stat(join(folder, 'cluster', 'password'))).mode & 0o777).toBe(0o600)
  })

  test('outside of a folder that only root may enter, and finds the data again', async () => {
    const folder = await scratchFolder(0o700)
    const first = await start(folder)
    const place = await placeOf(folder)
    expect((await stat(join(place, 'cluster'))).uid).toBe(await uidOf(first.pid))
    await query(first.adminUrl, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start(folder)
    expect(await query(second.adminUrl, 'table kept')).toEqual([{ answer: 42 }])
  })

  test('and forgets data whose folder was removed', async () => {
    const folder = await scratchFolder(0o700)
    const first = await start(folder)
    await query(first.adminUrl, 'create table kept as select 42 as answer')
    const place = await placeOf(folder)
    await rm(join(folder, 'location'))
    const second = await start(folder)
    expect(second.reused).toBe(false)
    expect(await placeOf(folder)).toBe(place)
    await expect(query(second.adminUrl, 'table kept')).rejects.toMatchObject({ code: '42P01' })
  })

  test('binaries that the user cannot reach are copied to where it can, whatever their permissions', async () => {
    const [locked, base] = [await scratchFolder(0o700), await scratchFolder()]
    const account = await chooseAccount()
    const original = await binariesFor(undefined, base)
    const root = join(locked, 'linux')
    await cp(dirname(dirname(dirname(original.postgres))), root, { recursive: true, verbatimSymlinks: true })
    await chmod(join(root, 'native', 'lib'), 0o700)
    await chmod(join(root, 'native', 'bin', 'postgres'), 0o700)

    const copied = await binariesFor(account, base, root)
    expect(copied.postgres.startsWith(base)).toBe(true)
    const { stdout } = await promisify(execFile)(copied.postgres, ['--version'], {
      ...runAs(account),
      cwd: '/',
    })
    expect(stdout).toContain('18.')
    expect(await binariesFor(account, base, root)).toEqual(copied)
  })

  test('says so when the data belongs to somebody else', async () => {
    const folder = await scratchFolder()
    await (await start(folder)).stop()
    await chown(join(folder, 'cluster', 'data'), 12_345, 12_345)
    await expect(start(folder)).rejects.toThrow('belongs to another user')
  })

  test('says so when the user may no longer enter', async () => {
    const folder = await scratchFolder()
    await (await start(folder)).stop()
    await chmod(folder, 0o700)
    onTestFinished(() => chmod(folder, 0o755))
    await expect(start(folder)).rejects.toThrow('may no longer enter')
  })

  test('says so when the disk is full', async () => {
    const disk = join(await scratchFolder(), 'disk')
    await mkdir(disk)
    await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=755', 'tmpfs', disk])
    onTestFinished(async () => {
      await promisify(execFile)('umount', [disk])
    })
    await expect(start(join(disk, 'postgres'))).rejects.toThrow('is full')
  })
})
