import { useEffect, useState } from 'react'

/** Pixels that the page may be scrolled before somebody counts as reading. */
const NEAR_TOP = 120

/** A list that grows at its top, held still while somebody reads further down. */
export function useSteady<Item>(live: readonly Item[]): {
  items: readonly Item[]
  waiting: number
  showAll(): void
} {
  const [held, setHeld] = useState<readonly Item[]>()
  useEffect(() => {
    const look = () => setHeld((before) => (scrollY > NEAR_TOP ? (before ?? live) : undefined))
    look()
    addEventListener('scroll', look, { passive: true })
    return () => removeEventListener('scroll', look)
  }, [live])
  const newest = held?.[0]
  return {
    items: held ?? live,
    waiting: newest === undefined ? 0 : Math.max(0, live.indexOf(newest)),
    showAll: () => scrollTo({ top: 0 }),
  }
}
