import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Image } from './build-image.ts'
import { startImage } from './run-image.ts'

export interface Running {
  /** What a tool answers as structured content. Rejects with whatever else the server said. */
  call(token: string, tool: string, args: Record<string, unknown>): Promise<Record<string, unknown>>
  /** As an orchestrator stops it; the exit code. */
  stop(): Promise<number | null>
  /** For the end of a test that failed. */
  kill(): void
}

/** Start a server's image and wait until it says that it is ready. Rejects with its output when it ends before. */
export async function startServer(image: Image, variables: Record<string, string>): Promise<Running> {
  const child = startImage(image, variables)
  await ready(child)
  return {
    async call(token, name, args) {
      const answer = await fetch(`http://127.0.0.1:${variables.PORT}/mcp`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'tools/call',
          params: { name, arguments: args },
        }),
      })
      const text = await answer.text()
      const { result } = JSON.parse(text)
      if (!result?.structuredContent || result.isError) throw new Error(`${name}: ${answer.status} ${text}`)
      return result.structuredContent
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [code] = await ended
      return code
    },
    kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    },
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (text) => said.push(text))
  if (!child.stdout) throw new Error('The server has no output')
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (!line.includes('"Ready"')) continue
    child.stdout.resume()
    return
  }
  throw new Error(`It ended before it was ready:\n${said.join('\n')}`)
}
