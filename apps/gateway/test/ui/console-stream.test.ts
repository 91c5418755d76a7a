import { expect, test } from 'vitest'
import { readEvents } from '../../ui/console/live/event-stream.ts'

function streamOf(...parts: string[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(encoder.encode(part))
      controller.close()
    },
  })
}

test('events are read however the network cuts them', async () => {
  const stream = streamOf(
    'event: fl',
    'eet\ndata: {"at"',
    ':1}\n\n:\n',
    '\ndata: one\ndata: two\r\n\r\nevent: call\n',
  )
  const events = []
  for await (const event of readEvents(stream)) events.push(event)
  expect(events).toEqual([
    { event: 'fleet', data: '{"at":1}' },
    { event: 'alive', data: '' },
    { event: 'message', data: 'one\ntwo' },
  ])
})
