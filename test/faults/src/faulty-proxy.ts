import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

export interface Faults {
  /** Milliseconds that every piece of an answer is held back. */
  delay?: number
  /** The share of answers that are cut off after their first bytes. */
  cut?: number
  /** The share of answers in which one byte is not what it was. */
  corrupt?: number
  /** Bytes a second of each connection's answers. */
  throttle?: number
  /** Connections are cut as soon as they are there. */
  gone?: boolean
  /** Said in place of every answer. */
  instead?: string
}

export interface FaultyProxy {
  readonly port: number
  /** From now on. */
  set(faults: Faults): void
  /** Cut every open connection. */
  cutAll(): void
}

/** A TCP proxy in front of 127.0.0.1:`target` that does harm to what comes back. */
export async function faultyProxy(target: number): Promise<FaultyProxy> {
  let faults: Faults = {}
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    const destroy = () => {
      client.destroy()
      upstream.destroy()
    }
    if (faults.gone) destroy()
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', destroy)
      socket.on('close', destroy)
    }
    client.pipe(upstream)
    void answers(upstream, client, () => faults).catch(destroy)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      faults = next
    },
    cutAll() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function answers(from: Socket, to: Socket, current: () => Faults): Promise<void> {
  for await (const piece of from as AsyncIterable<Buffer>) {
    const { delay = 0, cut = 0, corrupt = 0, throttle, instead } = current()
    if (instead !== undefined) {
      to.end(instead)
      from.destroy()
      return
    }
    if (delay > 0) await pause(delay)
    if (Math.random() < cut) {
      to.end(piece.subarray(0, piece.length / 2))
      from.destroy()
      return
    }
    if (Math.random() < corrupt) spoil(piece)
    if (throttle) await pause((piece.length / throttle) * 1000)
    if (!to.write(piece)) await once(to, 'drain')
  }
  to.end()
}

/** Somewhere, so that headers, framing and JSON are all hit. */
function spoil(piece: Buffer): void {
  const at = Math.floor(Math.random() * piece.length)
  piece[at] = (piece[at] ?? 0) ^ 0xff
}
