import { z } from 'zod'

const SECONDS = { s: 1, min: 60, h: 3600 } as const

/** How often something may happen, as people write it, and in numbers. */
export interface Rate {
  readonly text: string
  readonly calls: number
  readonly perSecond: number
}

export const RateText = z
  .string()
  .regex(/^[1-9]\d{0,11}\/(s|min|h)$/, 'must be a rate such as 1200/min')
  .transform((text): Rate => {
    const [calls, unit] = text.split('/')
    const seconds = SECONDS[unit === 's' || unit === 'h' ? unit : 'min']
    return { text, calls: Number(calls), perSecond: Number(calls) / seconds }
  })
