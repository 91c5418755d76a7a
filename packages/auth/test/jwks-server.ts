import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JSONWebKeySet } from 'jose'
import { onTestFinished } from 'vitest'

/** A server on loopback that answers with a key set, or however `answer` says; it counts how often it is asked. */
export async function jwksServer(keys: JSONWebKeySet) {
  const state = {
    keys,
    requests: 0,
    answer: ((_request, response) => response.end(JSON.stringify(state.keys))) as RequestListener,
    url: '',
  }
  const server = createServer((request, response) => {
    state.requests += 1
    state.answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return state
}
