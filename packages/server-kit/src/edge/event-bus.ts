import type { Redis } from 'ioredis'

/** Something that subscribers may want to hear of. `tenant` undefined: it concerns everybody. */
export interface ChangeEvent {
  kind: 'tools' | 'prompts' | 'resources' | 'resource' | 'task'
  tenant: string | undefined
  /** Of `kind: 'resource'`. */
  uri?: string
  /** Of `kind: 'task'`: the domain's own id. What became of it is for those to ask who may see it. */
  task?: string
  /** Plain JSON. With one, only those whom the domain admits may hear of it. */
  audience?: unknown
}

/** Carries change events to subscribers on every replica of one server. */
export interface EventBus {
  publish(event: ChangeEvent): void
  /** Tell this replica's subscribers only. */
  publishHere(event: ChangeEvent): void
  /** Returns how to stop listening. */
  subscribe(listener: (event: ChangeEvent) => void): () => void
  close(): Promise<void>
}

export function memoryEventBus(): EventBus {
  const listeners = new Set<(event: ChangeEvent) => void>()
  const publish = (event: ChangeEvent) => {
    for (const listener of listeners) listener(event)
  }
  return {
    publish,
    publishHere: publish,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      listeners.clear()
    },
  }
}

/** Local listeners hear at once; the others through Redis. With Redis away, replicas hear only their own. */
export function redisEventBus(redis: Redis, server: string, onError: (error: unknown) => void): EventBus {
  const local = memoryEventBus()
  const channel = `atoll:events:${server}`
  const origin = crypto.randomUUID()
  const subscriber = redis.duplicate({ enableOfflineQueue: true, maxRetriesPerRequest: null })
  subscriber.on('error', onError)
  subscriber.subscribe(channel).catch(onError)
  subscriber.on('message', (_channel: string, message: string) => {
    try {
      const { from, event } = JSON.parse(message) as { from: string; event: ChangeEvent }
      if (from !== origin) local.publish(event)
    } catch (error) {
      onError(error)
    }
  })
  return {
    publish(event) {
      local.publish(event)
      redis.publish(channel, JSON.stringify({ from: origin, event })).catch(onError)
    },
    publishHere: local.publish,
    subscribe: local.subscribe,
    async close() {
      await local.close()
      subscriber.disconnect()
    },
  }
}
