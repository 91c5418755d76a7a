import { once } from 'node:events'
import { mkdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { UnavailableError } from '@atoll/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findEmbeddedPostgres } from '../../src/embedded/index.ts'
import { query, scratchFolder, start, startElsewhere } from './support.ts'

describe('an embedded PostgreSQL', () => {
  test('is UTF-8, in ICU order, on the local address only and wants its password', async () => {
    const server = await start(await scratchFolder())
    const [settings] = await query(
      server.adminUrl,
      `select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as address,
        current_setting('unix_socket_directories') as sockets, 'é' < 'f' and 'a' < 'B' as ordered, to_tsvector('Café') as words`,
    )
    expect(settings).toEqual({
      encoding: 'UTF8',
      address: '127.0.0.1',
      sockets: '',
      ordered: true,
      words: "'café':1",
    })
    const intruder = new URL(server.adminUrl)
    intruder.password = 'guess'
    await expect(query(intruder.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect(server.reused).toBe(false)
  })

  test('keeps its data when it is stopped and started again', async () => {
    const folder = await scratchFolder()
    const first = await start(folder)
    await query(first.adminUrl, 'create table kept as select 42 as answer')
    await first.stop()
    await expect(query(first.adminUrl, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await findEmbeddedPostgres(folder)).toBeUndefined()
    const second = await start(folder)
    expect(await query(second.adminUrl, 'table kept')).toEqual([{ answer: 42 }])
  })

  test('is shared by those who start it while it runs, and any of them can stop it', async () => {
    const folder = await scratchFolder()
    const first = await start(folder)
    const second = await start(folder)
    expect(second).toMatchObject({ pid: first.pid, port: first.port, adminUrl: first.adminUrl, reused: true })
    await second.stop()
    await expect(query(first.adminUrl, 'select 1')).rejects.toThrow()
    await first.stop()
  })

  test('is started by one of two that try at the same time, the first time and later', async () => {
    const folder = await scratchFolder()
    for (const _ of ['first', 'later']) {
      const servers = await Promise.all([startElsewhere(folder), startElsewhere(folder), start(folder)])
      const all = servers.map((each) => ('server' in each ? each.server : each))
      expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
      expect(all.filter(({ reused }) => !reused)).toHaveLength(1)
      await servers[2].stop()
    }
  })

  test('outlives a killed parent, and the next start owns it', async () => {
    const folder = await scratchFolder()
    const parent = await startElsewhere(folder)
    parent.process.kill('SIGKILL')
    await once(parent.process, 'exit')
    const server = await start(folder)
    expect(server).toMatchObject({ pid: parent.server.pid, reused: true })
    await server.stop()
    await expect(query(server.adminUrl, 'select 1')).rejects.toThrow()
  })

  test('is not reached by the Ctrl-C of a terminal', async () => {
    const folder = await scratchFolder()
    const parent = await startElsewhere(folder)
    process.kill(-(parent.process.pid as number), 'SIGINT')
    await once(parent.process, 'exit')
    expect(await start(folder)).toMatchObject({ pid: parent.server.pid, reused: true })
  })

  test('recovers when it was itself killed', async () => {
    const folder = await scratchFolder()
    const killed = await start(folder, { durable: true })
    await query(killed.adminUrl, 'create table kept as select 42 as answer')
    process.kill(killed.pid, 'SIGKILL')
    const server = await start(folder, { durable: true })
    expect(server.reused).toBe(false)
    expect(server.pid).not.toBe(killed.pid)
    expect(await query(server.adminUrl, 'table kept')).toEqual([{ answer: 42 }])
  })

  test('starts although its old process id now belongs to another program', async () => {
    const folder = await scratchFolder()
    const server = await start(folder)
    const file = join(folder, 'cluster', 'data', 'postmaster.pid')
    const text = await readFile(file, 'utf8')
    await server.stop()
    await writeFile(file, text.replace(/^\d+/, String(process.pid)))
    expect((await start(folder)).reused).toBe(false)
  })

  test('starts although a crash left its lock file empty', async () => {
    const folder = await scratchFolder()
    await (await start(folder)).stop()
    const file = join(folder, 'cluster', 'data', 'postmaster.pid')
    await writeFile(file, '')
    await utimes(file, 0, 0)
    expect((await start(folder)).reused).toBe(false)
  })

  test('begins again where the first start was interrupted', async () => {
    const folder = await scratchFolder()
    await mkdir(join(folder, 'cluster.new-999999999-abcdef', 'data'), { recursive: true })
    await start(folder)
    await expect(stat(join(folder, 'cluster.new-999999999-abcdef'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('what can be wrong is said in one sentence', () => {
  test('a taken port', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    onTestFinished(() => void squatter.close())
    const { port } = squatter.address() as AddressInfo
    const attempt = start(await scratchFolder(), { port })
    await expect(attempt).rejects.toThrow(UnavailableError)
    await expect(attempt).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken`)
  })

  test('a folder that cannot be written', async () => {
    const attempt = start('/sys/atoll')
    await expect(attempt).rejects.toThrow(UnavailableError)
    await expect(attempt).rejects.toThrow('/sys/atoll')
  })

  test('a file where the folder should be', async () => {
    const folder = await scratchFolder()
    await writeFile(join(folder, 'file'), '')
    const attempt = start(join(folder, 'file', 'postgres'))
    await expect(attempt).rejects.toThrow(UnavailableError)
  })

  test('data of another version', async () => {
    const folder = await scratchFolder()
    await (await start(folder)).stop()
    await writeFile(join(folder, 'cluster', 'data', 'PG_VERSION'), '12\n')
    await expect(start(folder)).rejects.toThrow('was made by another version')
  })
})
