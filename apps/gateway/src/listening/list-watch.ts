import type { Upstream } from '../upstream.ts'
import { LIST_CHANGES, offeredOf } from './filter.ts'
import { KeptStream } from './kept-stream.ts'

const LISTS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }

/**
 * Listen to a server's lists for everybody, with one stream, and look at it again at once when it tells of a change. The
 * regular looks stay: a notification can be missed, and some servers send none. Returns how to stop.
 */
export function watchLists(upstream: Upstream): () => void {
  const { own } = upstream
  const stream = new KeptStream({
    client: upstream.client,
    timeout: upstream.config.timeout,
    credentials: () => own.fresh(),
    onNotification(method) {
      const change = LIST_CHANGES.find((each) => each.method === method)
      if (change) upstream.changed(change.kinds)
    },
    onGap: (acknowledged) =>
      upstream.changed(LIST_CHANGES.flatMap(({ flag, kinds }) => (acknowledged[flag] ? [...kinds] : []))),
  })
  const arrange = async () => {
    const { discovery, state } = upstream
    if (!discovery || state !== 'up') return
    void stream.want(offeredOf(LISTS, discovery.capabilities))
    await stream.retry()
  }
  void arrange()
  const stopHearing = upstream.onNews(() => void arrange())
  return () => {
    stopHearing()
    stream.close()
  }
}
