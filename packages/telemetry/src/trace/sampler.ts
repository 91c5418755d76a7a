import { trace } from '@opentelemetry/api'
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace'
import { isRecorded } from './decision.ts'

/**
 * Follows decisions and makes none: operations decide before a span exists. Spans that tools open themselves
 * follow their parent; without one they belong to an operation that is not recorded.
 */
export function decidedSampler(): Sampler {
  return {
    shouldSample(context) {
      const parent = trace.getSpanContext(context)
      const record = isRecorded(context) || (parent !== undefined && (parent.traceFlags & 1) === 1)
      return { decision: record ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
    },
    toString: () => 'decided by the operation',
  }
}
