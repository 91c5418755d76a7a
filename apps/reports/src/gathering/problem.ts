import { AppError, InsufficientScopeError, InvalidError, UnauthorizedError } from '@atoll/errors'
import type { Section } from '../model.ts'

export type Problem = Pick<Section, 'problem' | 'missing_scopes'> & {
  status: Exclude<Section['status'], 'complete'>
}

export function notPermitted(missing: readonly string[]): Problem {
  const scopes = missing.join(' ')
  const problem = `This section needs the scope${missing.length === 1 ? '' : 's'} ${scopes}, which you were not granted.`
  return { status: 'not_permitted', problem, missing_scopes: [...missing] }
}

export const AUTHORIZATION_ENDED: Problem = {
  status: 'authorization_ended',
  problem: 'Your authorization ended before this section was made. Ask for the report again.',
  missing_scopes: [],
}

/** What a source's failure is to a reader: words that were written for strangers, and nothing of the inside. */
export function problemOf(error: unknown): Problem {
  if (error instanceof InsufficientScopeError) return notPermitted(error.scopes)
  if (error instanceof UnauthorizedError) return AUTHORIZATION_ENDED
  const problem = error instanceof AppError ? error.message : 'What the source answered could not be used.'
  const advice =
    error instanceof InvalidError ? '' : ' The rest of the report is complete; ask for it again later.'
  return { status: 'unavailable', problem: `${problem}${advice}`, missing_scopes: [] }
}
