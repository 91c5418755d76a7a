/** What the page asks `query_metric`, in the terms of its controls. */
export interface Question {
  metric: string
  dimensions: readonly string[]
  grain: string | undefined
  from: string | undefined
  to: string | undefined
  /** As they were asked with; the page has no controls for them. */
  filters: readonly unknown[]
}

type Arguments = Readonly<Record<string, unknown>>

/** The question nearest to the call that the page was opened for, to go on from. */
export function questionOf(tool: string | undefined, args: Arguments): Question {
  const isByPeriod = tool === 'revenue_by_period' || (tool === undefined && !('metric' in args))
  return {
    metric: text(args.metric) ?? text(args.by) ?? 'revenue',
    dimensions: tool === 'top_products' ? ['product'] : dimensionsOf(args),
    grain: text(args.grain) ?? (isByPeriod ? 'month' : undefined),
    from: text(args.from),
    to: text(args.to),
    filters: Array.isArray(args.filters) ? args.filters : [],
  }
}

/** The arguments of `query_metric`. */
export function argumentsOf({
  metric,
  dimensions,
  grain,
  from,
  to,
  filters,
}: Question): Record<string, unknown> {
  return {
    metric,
    dimensions,
    filters,
    ...(grain && { grain }),
    ...(from && { from }),
    ...(to && { to }),
    limit: grain ? 1000 : 200,
  }
}

function dimensionsOf({ dimension, dimensions }: Arguments): string[] {
  const all = Array.isArray(dimensions) ? dimensions : [dimension]
  return all.filter((each) => typeof each === 'string')
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
