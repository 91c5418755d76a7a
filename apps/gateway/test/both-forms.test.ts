import { expect, test } from 'vitest'
import { READER, startBoard } from './fixture/board.ts'
import { listen } from './fixture/listener.ts'

test('a subscription may name a resource by its URI here and by the one at its server, and hears by both', async () => {
  const board = await startBoard()
  const uris = ['board+board://notes/1', 'board://notes/1']
  const { acknowledged, heard } = await listen(board, { resourceSubscriptions: uris }, { as: READER })
  expect(acknowledged).toEqual({ resourceSubscriptions: uris })
  await board.post('tools/call', { name: 'board__write', arguments: { id: '1' } }, { as: READER })
  await expect.poll(heard).toEqual(uris.map((uri) => ['notifications/resources/updated', uri]))
})
