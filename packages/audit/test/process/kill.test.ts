import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readSigningKeys } from '@atoll/auth'
import { expect, it, onTestFinished } from 'vitest'
import { verifyAudit } from '../../src/index.ts'
import { linesIn, newFolder, segmentsIn } from '../support/log.ts'

const CONNECTIONS = 16
const RUNS = 6

it('keeps the record of every call that was answered, however often its process is killed under load', async () => {
  const folder = newFolder()
  const answered = new Set<string>()
  for (let run = 0; run < RUNS; run += 1) {
    const { child, port } = await startRecorder(folder)
    const enough = 100 + run * 37
    let count = 0
    await load(port, run, (requestId) => {
      answered.add(requestId)
      count += 1
      if (count === enough) child.kill('SIGKILL')
    })
    await gone(child)
    const { keys } = readSigningKeys(readFileSync(join(folder, 'key.json'), 'utf8')).jwks
    const verdicts = await verifyAudit({ path: folder, keys })
    expect(verdicts).toHaveLength(1)
    expect(verdicts[0]?.problems).toEqual([])
  }
  expect(answered.size).toBeGreaterThan(RUNS * 100)
  const recorded = new Set(
    segmentsIn(folder)
      .flatMap(linesIn)
      .map((line) => JSON.parse(line).requestId),
  )
  expect([...answered].filter((requestId) => !recorded.has(requestId))).toEqual([])
})

async function startRecorder(folder: string): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(join(import.meta.dirname, 'recorder.ts'), [folder], { stdio: 'inherit' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const { port } = await new Promise<AddressInfo>((resolve, reject) => {
    child.once('message', (address) => resolve(address as AddressInfo))
    child.once('exit', (code) => reject(new Error(`The recorder ended with ${code}`)))
  })
  return { child, port }
}

/** Ask on several connections, each again as soon as it was answered, until nobody answers. */
async function load(port: number, run: number, onAnswer: (requestId: string) => void): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  let last = 0
  const one = async () => {
    for (;;) {
      const requestId = `${run}-${++last}`
      const answer = await ask(agent, port, requestId)
      if (answer === undefined) return
      expect(answer).toBe(requestId)
      onAnswer(requestId)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, one))
  agent.destroy()
}

function ask(agent: Agent, port: number, requestId: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    get({ agent, host: '127.0.0.1', port, path: `/${requestId}` }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve(text))
      response.on('error', () => resolve(undefined))
    }).on('error', () => resolve(undefined))
  })
}

function gone(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}
