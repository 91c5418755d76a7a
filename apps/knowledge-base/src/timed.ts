import { tracingChannel } from 'node:diagnostics_channel'

/** Of a search: words, embed, near, show. Of an import: read, embed, store. */
export type Step = 'words' | 'embed' | 'near' | 'show' | 'read' | 'store'

/** For whoever wants to know where time is spent; costs nothing while nobody listens. */
const channel = tracingChannel<'knowledge-base', { step: Step }>('knowledge-base')

/** Run a step, telling the channel when it starts and ends. */
export function timed<T>(step: Step, run: () => Promise<T>): Promise<T> {
  return channel.tracePromise(run, { step })
}
