import type { Upstream } from './upstream.ts'

/** Milliseconds between two attempts to listen to the same server. */
const PAUSE = 1_000

const FILTER = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true }

/**
 * Listen to a server's changes for as long as it is up, and look at it again at once when it tells of one. The
 * regular looks stay: a notification can be missed, and servers of the 2025 era send none. Returns how to stop.
 */
export function watch(upstream: Upstream): () => void {
  const stopped = new AbortController()
  const { signal } = stopped
  const listen = async () => {
    while (!signal.aborted) {
      if (canListen(upstream)) {
        // How it ended does not matter: a server that is gone is found out by the next look.
        await upstream.client
          .listen(FILTER, { signal, onNotification: () => upstream.nudge() })
          .catch(() => undefined)
        if (!signal.aborted) upstream.nudge()
      }
      await pause(signal)
    }
  }
  void listen()
  return () => stopped.abort()
}

function canListen({ state, discovery }: Upstream): boolean {
  if (state !== 'up' || discovery?.era !== 'modern') return false
  const offers = ['tools', 'prompts', 'resources'].map((kind) => discovery.capabilities[kind])
  return offers.some((offer) => (offer as { listChanged?: boolean } | undefined)?.listChanged === true)
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, PAUSE).unref()
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}
