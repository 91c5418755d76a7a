import { expandTemplate, type Params, type Result } from '@atoll/client'
import type { Call } from '@atoll/server-kit'
import type { Route } from './fleet.ts'
import type { Admission } from './policy/admission.ts'
import { shownOf } from './shown-of.ts'

interface Completed {
  readonly params: Params
  readonly route: Route
  readonly call: Call
}

/**
 * What a server suggests for a variable of a resource template, without the values that make a URI of it which this caller is not
 * shown. While other variables are unknown there is no URI to decide about, and all are left.
 */
export async function shownValues(
  result: Result,
  { params, route: { upstream, original }, call }: Completed,
  admission: Admission,
): Promise<Result> {
  const { completion } = result as { completion: { values: readonly string[] } }
  const known = variablesOf(params)
  const named = completion.values.flatMap((value) => {
    const uri = expandTemplate(original, known(value))
    return uri === undefined ? [] : { value, uri }
  })
  if (named.length === 0) return result
  const shown = await shownOf(named, upstream, call, admission)
  if (shown.length === named.length) return result
  // How many there are in all counts those, too.
  const { total: _, ...rest } = completion as { total?: unknown; values: readonly string[] }
  return { ...result, completion: { ...rest, values: shown.map(({ value }) => value) } }
}

/** What the variables of a template are with a value that is suggested for one of them. */
function variablesOf({ argument, context }: Params): (value: string) => Record<string, string> {
  const { name } = (argument ?? {}) as { name?: unknown }
  const { arguments: given } = (context ?? {}) as { arguments?: unknown }
  const others = Object.entries(given ?? {}).filter(([, value]) => typeof value === 'string')
  return (value) => Object.fromEntries([...others, [String(name), value]])
}
