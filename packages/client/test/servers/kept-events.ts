import type { EventStore } from '@modelcontextprotocol/server'

type Message = Parameters<EventStore['storeEvent']>[1]

/** Events of a server in the order in which they came, by which its streams can be resumed. */
export function keptEvents(): EventStore {
  const events: { stream: string; message: Message }[] = []
  const streamOf = (eventId: string) => events[Number(eventId)]?.stream ?? ''
  return {
    storeEvent: async (stream, message) => String(events.push({ stream, message }) - 1),
    getStreamIdForEventId: async (eventId) => streamOf(eventId),
    async replayEventsAfter(lastEventId, { send }) {
      const stream = streamOf(lastEventId)
      // What begins a stream is no message.
      for (const [at, event] of events.entries())
        if (at > Number(lastEventId) && event.stream === stream && 'jsonrpc' in event.message)
          await send(String(at), event.message)
      return stream
    },
  }
}
