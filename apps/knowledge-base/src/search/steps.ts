import { tracingChannel } from 'node:diagnostics_channel'

export type Step = 'words' | 'embed' | 'near' | 'show'

/** For whoever wants to know where searches spend their time; costs nothing while nobody listens. */
const channel = tracingChannel<'knowledge-base:search', { step: Step }>('knowledge-base:search')

/** Run a step of a search, telling the channel when it starts and ends. */
export function timed<T>(step: Step, run: () => Promise<T>): Promise<T> {
  return channel.tracePromise(run, { step })
}
