import { afterEach, describe, expect, test } from 'vitest'
import { anonymous, Client, type RequestOptions } from '../src/index.ts'
import { createPool } from '../src/pool.ts'
import { QuestionStreams } from '../src/question-streams.ts'
import { Questions } from '../src/questions.ts'
import { ask, askingServer, log } from './servers/asking.ts'

const closing: { close(): unknown }[] = []
afterEach(async () => {
  for (const item of closing.splice(0).reverse()) await item.close()
})

const credentials = { ...anonymous, capabilities: { elicitation: {} } }

async function start(options: { isPrompt: boolean }) {
  const server = Object.assign(await askingServer(), options)
  const client = new Client({ url: server.url, name: 'old', timeout: 5_000, credentials })
  closing.push(server, client)
  await client.discover()
  const call = (more: RequestOptions = {}) =>
    client.request('tools/call', { name: 'a' }, { onRequest: async () => ({}), ...more })
  const gets = () => server.seen.filter((method) => method === 'GET').length
  return { server, call, gets }
}

describe('a server that opens the stream of its session late', () => {
  test('gets the calls all the same, and is waited for once', async () => {
    const { server, call, gets } = await start({ isPrompt: false })
    for (let round = 1; round <= 3; round++) {
      const answer = call()
      await expect.poll(() => server.calls).toHaveLength(round)
      server.calls.at(-1)?.end()
      expect(await answer).toEqual({ content: [] })
    }
    expect(gets()).toBe(1)
  })

  test('costs a call no more than its deadline, and gets none whose time is over', async () => {
    const { server, call } = await start({ isPrompt: false })
    await expect(call({ timeout: 40 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(server.seen).not.toContain('tools/call')
    await expect(call({ timeout: 300 })).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' })
    expect(server.calls).toHaveLength(1)
  })

  test('gets none whose caller left meanwhile', async () => {
    const { server, call, gets } = await start({ isPrompt: false })
    const caller = new AbortController()
    const answer = call({ signal: caller.signal })
    await expect.poll(gets, { interval: 1 }).toBe(1)
    caller.abort(new Error('gone'))
    await expect(answer).rejects.toThrow('gone')
    expect(server.seen).not.toContain('tools/call')
  })
})

/** How Node reads the bytes of a header. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1')

describe('the stream of a session', () => {
  async function open(idle: number) {
    const server = await askingServer()
    const url = new URL(server.url)
    const pool = createPool(url, { connections: 10 })
    const times = { idle, patience: 1_000, again: 20 }
    const streams = new QuestionStreams(
      () => ({ name: 'old', url, pool, timeout: 2_000, maxAnswer: 1_000_000 }),
      times,
    )
    closing.push(server, { close: () => pool.destroy() }, streams)
    const asked: string[] = []
    const flight = { deadline: performance.now() + 5_000, options: {} }
    const join = (who: string) => {
      const onRequest = async () => {
        asked.push(who)
        return {}
      }
      const onNotification = () => {
        asked.push(`${who} heard`)
        throw new Error('not to be told')
      }
      const questions = new Questions({ onRequest, onNotification }, () => {})
      return streams.join('s', {}, questions, flight)
    }
    return { server, join, asked }
  }

  test('is opened again when it was cut while calls are under way', async () => {
    const { server, join, asked } = await open(60_000)
    await join('a')
    for (let round = 1; round <= 2; round++) {
      server.streams.at(-1)?.destroy()
      await expect.poll(() => server.streams).toHaveLength(round + 1)
    }
    ask(server.streams.at(-1))
    await expect.poll(() => asked).toEqual(['a'])
  })

  test('goes on where it was cut, so that no question is lost between', async () => {
    const { server, join, asked } = await open(60_000)
    await join('a')
    ask(server.streams[0], 'seven·1')
    await expect.poll(() => asked).toEqual(['a'])
    for (let round = 1; round <= 2; round++) {
      server.streams.at(-1)?.destroy()
      await expect.poll(() => server.streams).toHaveLength(round + 1)
    }
    expect(server.resumed).toEqual([undefined, latin1('seven·1'), latin1('seven·1')])
    ask(server.streams.at(-1), 'eight')
    await expect.poll(() => asked).toEqual(['a', 'a'])
    server.streams.at(-1)?.destroy()
    await expect.poll(() => server.resumed.at(-1)).toBe('eight')
  })

  test('begins anew where no header can say where it was', async () => {
    const { server, join, asked } = await open(60_000)
    await join('a')
    ask(server.streams[0], '7')
    ask(server.streams[0], '\u0007')
    await expect.poll(() => asked).toEqual(['a', 'a'])
    server.streams[0]?.destroy()
    await expect.poll(() => server.streams).toHaveLength(2)
    expect(server.resumed).toEqual([undefined, undefined])
  })

  test('begins anew where the server does not know any more where it was', async () => {
    const { server, join, asked } = await open(60_000)
    await join('a')
    ask(server.streams[0], '7')
    await expect.poll(() => asked).toEqual(['a'])
    server.refuses = 400
    server.streams[0]?.destroy()
    await expect.poll(() => server.streams).toHaveLength(2)
    expect(server.resumed).toEqual([undefined, '7', undefined])
    ask(server.streams[1])
    await expect.poll(() => asked).toEqual(['a', 'a'])
  })

  test('is asked for again while the server has not noticed that it was cut', async () => {
    const { server, join, asked } = await open(60_000)
    await join('a')
    ask(server.streams[0], '7')
    await expect.poll(() => asked).toEqual(['a'])
    server.refuses = 409
    server.streams[0]?.destroy()
    await expect.poll(() => server.resumed.length).toBeGreaterThan(2)
    server.refuses = 0
    await expect.poll(() => server.streams).toHaveLength(2)
    expect(new Set(server.resumed.slice(1))).toEqual(new Set(['7']))
  })

  test('brings log lines to a call that is alone, of which nobody can say whose they are otherwise', async () => {
    const { server, join, asked } = await open(60_000)
    const leave = await join('a')
    await join('b')
    log(server.streams[0])
    ask(server.streams[0])
    await expect.poll(() => asked).toEqual(['b'])
    leave()
    log(server.streams[0])
    await expect.poll(() => asked).toEqual(['b', 'b heard'])
  })

  test('is left when nothing is under way for a while, and not opened again for nobody', async () => {
    const { server, join } = await open(60)
    const leave = await join('a')
    const gone = new Promise((resolve) => server.streams[0]?.once('close', resolve))
    leave()
    await gone
    await join('b')
    expect(server.streams).toHaveLength(2)
  })

  test('is one, though calls that began before it was cut end after', async () => {
    const { server, join, asked } = await open(30)
    const leave = await join('a')
    server.streams[0]?.destroy()
    await expect.poll(() => server.streams).toHaveLength(2)
    await join('b')
    leave()
    // Longer than it would stay open for nobody.
    await new Promise((resolve) => setTimeout(resolve, 60))
    await join('c')
    expect(server.streams).toHaveLength(2)
    ask(server.streams[1])
    await expect.poll(() => asked).toEqual(['c'])
  })
})
