/** What is looked for, by the names that configuration, audit and metrics use. */
export const DETECTORS = ['card', 'nationalId', 'iban', 'email', 'phone', 'secret'] as const
export type Detector = (typeof DETECTORS)[number]

/** How much of a value is masked: nothing, all but what tells it from others, or all. */
export type Style = 'none' | 'partial' | 'full'

/** What is done about each detector's findings. */
export type Plan = Readonly<Record<Detector, Style>>

/** A part of a text, from `start` to before `end`. */
export interface Finding {
  readonly detector: Detector
  readonly start: number
  readonly end: number
}
