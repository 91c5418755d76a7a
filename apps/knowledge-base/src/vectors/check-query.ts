import { InvalidError } from '@atoll/errors'
import { lengthOf } from './scan/inner-product.ts'
import type { NearQuery } from './vector-index.ts'

const MOST = 1000
const LENGTH_TOLERANCE = 0.01

/** Throws InvalidError for what no vector can be near to. */
export function checkQuery({ vector, limit }: NearQuery): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new InvalidError(`The limit must be a whole number from 1 to ${MOST}.`)
  }
  // Written so that NaN is refused too.
  if (!(Math.abs(lengthOf(vector) - 1) <= LENGTH_TOLERANCE)) {
    throw new InvalidError('The vector to search with must have length 1: normalise what the model answers.')
  }
}

/** Passages are there, and all were embedded with other dimensions. */
export function refuseDimensions({ model, vector }: NearQuery, stored: number): never {
  throw new InvalidError(
    `The vector to search with has ${vector.length} dimensions, the passages have ${stored} for the model ${model}: ` +
      'search with the model they were embedded with, or embed them anew.',
  )
}
