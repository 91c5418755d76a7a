import { InvalidError } from '@atoll/errors'
import { z } from 'zod'
import { text } from '../model.ts'
import { MOST_ON_PAGE } from '../store/page.ts'

/** Inputs of every tool that answers in pages. */
export const Paging = {
  limit: z.int().min(1).max(MOST_ON_PAGE).default(20).describe('How many on a page'),
  cursor: text(2000)
    .optional()
    .describe('next_cursor of the page before; keep the other arguments unchanged'),
}

export const NextCursor = z
  .string()
  .optional()
  .describe('Pass it as cursor for the next page; absent on the last')

export const DateRange = {
  ordered_from: z.iso.date().optional().describe('Ordered on this day or later, such as 1997-01-01'),
  ordered_to: z.iso.date().optional().describe('Ordered on this day or earlier, such as 1997-12-31'),
}

/** Throws InvalidError when the range is backwards. */
export function checkRange(input: {
  ordered_from?: string | undefined
  ordered_to?: string | undefined
}): void {
  const { ordered_from, ordered_to } = input
  if (ordered_from && ordered_to && ordered_from > ordered_to) {
    throw new InvalidError(`ordered_from (${ordered_from}) is after ordered_to (${ordered_to}). Swap them.`)
  }
}
