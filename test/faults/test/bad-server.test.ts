import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { BADNESSES, type Badness, badServer } from '../src/bad-server.ts'
import { eventually } from '../src/eventually.ts'
import { type Outcome, startLoad } from '../src/load.ts'
import { post } from '../src/post.ts'
import { printTable, quantile, tally, words } from '../src/report.ts'
import { audienceOf, instancesOf, newSite, REGISTER } from '../src/site.ts'

/** Milliseconds of load for each badness: short ones show that nothing fails, long ones what it costs the others. */
const WHILE = Number(process.env.FAULTS_SECONDS ?? 1.5) * 1000

interface Pressed {
  readonly badness: string
  /** Calls to the server that is always well. */
  readonly good: readonly Outcome[]
  readonly others: readonly Outcome[]
}

test(
  'a server that is dead, slow or lying costs the others no call, and no list an entry',
  async () => {
    const site = await newSite()
    const bad = await badServer()
    const gateway = await site.gateway([
      { name: 'ledger', audience: audienceOf('ledger'), register: REGISTER },
      { name: 'bad', url: bad.url, timeout: '1s', callTimeout: '1s' },
    ])
    await site.server('ledger', gateway)
    const token = await site.token()
    const mcp = () => gateway.mcp
    const names = async () => {
      const response = await post(gateway.mcp, token, 'tools/list')
      const { result } = (await response.json()) as { result: { tools: { name: string }[] } }
      return result.tools.map(({ name }) => name)
    }
    const press = async (badness: string): Promise<Pressed> => {
      const calls = startLoad({ mcp, token, tool: 'ledger__look', clients: 4, rest: 5 })
      const load = startLoad({ mcp, token, tool: 'bad__look', clients: 2, rest: 50 })
      const lists: string[][] = []
      for (const until = Date.now() + WHILE; Date.now() < until; await pause(100)) lists.push(await names())
      const [good, others] = await Promise.all([calls.stop(), load.stop()])
      expect(tally(good), badness).toEqual({ ok: good.length })
      expect(good.every(({ id, about }) => id === about)).toBe(true)
      for (const list of lists) expect(list).toEqual(['bad__look', 'ledger__look', 'ledger__pay'])
      // Every call to the bad one had an end that the caller was told.
      expect(tally(others).lost, badness).toBeUndefined()
      expect(others.length).toBeGreaterThan(0)
      return { badness, good, others }
    }
    const isWell = async () => {
      await fetch(`${gateway.origin}/services`, { method: 'POST' })
      return (await instancesOf(gateway.origin)).length === 2
    }
    const pressBad = async (badness: Badness) => {
      bad.be(badness)
      const pressed = await press(badness)
      bad.be('well')
      await eventually('it is well again', isWell)
      return pressed
    }
    // The first times are for everybody to get warm, and for V8 to compile what fails.
    await press('well')
    await pressBad('refusing')
    const pressed = [await press('well')]
    for (const badness of BADNESSES) pressed.push(await pressBad(badness), await press('well'))
    await bad.stop('SIGKILL')
    pressed.push(await press('dead'))
    await badServer(bad.port)
    await eventually('it is back', isWell)
    pressed.push(await press('well'))
    printTable(
      ['the other server is', 'calls, none failed', 'p50 ms', 'p95 ms', 'calls to the bad one'],
      rowsOf(pressed),
    )
  },
  60_000 + 26 * WHILE,
)

/** Each beside the times before and after it: a machine that others use is not the same a minute later. */
function rowsOf(pressed: readonly Pressed[]): (string | number)[][] {
  return pressed.flatMap(({ badness, good, others }, at) => {
    if (badness === 'well') return []
    const around = [pressed[at - 1], pressed[at + 1]].flatMap((each) => each?.good ?? [])
    const beside = (share: number) => {
      const taken = quantile(good, share)
      return `${taken.toFixed(1)} (${(taken / quantile(around, share)).toFixed(2)}x)`
    }
    return [[badness, good.length, beside(0.5), beside(0.95), words(tally(others))]]
  })
}
