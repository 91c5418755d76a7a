import type { ReactNode } from 'react'

/** What may be wider than the page, to be scrolled by keyboard too. */
export function Scrolled({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no mouse scrolls what has the focus
    <div role="group" className="scrolled" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}
