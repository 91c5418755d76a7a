import { DETECTORS, type Detector, type Plan, Redaction, type Style } from '../../src/index.ts'

/** Everything, or only some, in one style. */
export function plan(style: Style, only: readonly Detector[] = DETECTORS): Plan {
  return Object.fromEntries(
    DETECTORS.map((detector) => [detector, only.includes(detector) ? style : 'none']),
  ) as Record<Detector, Style>
}

export function redaction(style: Style = 'partial', only?: readonly Detector[]): Redaction {
  return new Redaction({ plan: plan(style, only), strip: ['tags', 'bidi'] })
}
