import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from './run.ts'

describe('lines at the end of a process', () => {
  it.each([
    ['its work is done', 'return', 0],
    ['it exits', 'exit', 0],
    ['it crashes', 'throw', 1],
    ['it shuts down', 'shutdown', 0],
  ])('all arrive whole when %s', async (_when, way, code) => {
    const finished = await run('log-and-exit.ts', [way])
    const lines = finished.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.filter((line) => line.msg).map((line) => line.index)).toEqual(
      Array.from({ length: 2000 }, (_, i) => i),
    )
    expect(lines.filter((line) => line.event).map((line) => line.requestId)).toEqual(
      Array.from({ length: 2000 }, (_, i) => `req_${i}`),
    )
    expect(finished.code).toBe(code)
  })

  it('go to stderr alone where stdout belongs to the protocol', async () => {
    const finished = await run('log-and-exit.ts', ['stderr'])
    expect(finished.stdout).toBe('')
    expect(finished.stderr.trimEnd().split('\n')).toHaveLength(4000)
  })
})

describe('a reader that does not read', () => {
  it('neither stops the process nor fills its memory: lines are dropped, counted and announced', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'unread-output.ts')])
    let stderr = ''
    child.stderr.setEncoding('utf8')
    const { promise: told, resolve } = Promise.withResolvers<void>()
    child.stderr.on('data', (text: string) => {
      stderr += text
      if (stderr.includes('"dropped"')) resolve()
    })
    await told
    const [announced, report] = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(announced).toEqual({ level: 'error', msg: 'an output is blocked; lines are being dropped' })
    expect(report.waiting).toBeLessThanOrEqual(16 * 1024 * 1024)
    expect(report.dropped).toBeGreaterThan(0)
    expect(report.dropped).toBeLessThan(30)
    let read = 0
    for await (const chunk of child.stdout) read += chunk.toString().split('\n').length - 1
    expect(read).toBe(40 - report.dropped)
  })
})

describe('a server without a collector', () => {
  it('never loads the tracing SDK', async () => {
    const { stdout } = await run('loaded-modules.ts')
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining(['pino', 'prom-client', '@opentelemetry/api']))
    expect(stdout).not.toMatch(/sdk-trace|exporter|grpc|resources/)
  })

  it('is also one whose exporter is switched off', async () => {
    const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4317' }
    expect((await run('loaded-modules.ts', [], endpoint)).stdout).toMatch(/sdk-trace/)
    const off = await run('loaded-modules.ts', [], { ...endpoint, OTEL_SDK_DISABLED: 'true' })
    expect(off.stdout).not.toMatch(/sdk-trace/)
    const none = await run('loaded-modules.ts', [], { ...endpoint, OTEL_TRACES_EXPORTER: 'none' })
    expect(none.stdout).not.toMatch(/sdk-trace/)
  })
})
