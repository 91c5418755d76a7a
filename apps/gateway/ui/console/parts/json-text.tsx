import { Scrolled } from './scrolled.tsx'

export function JsonText({ label, value }: { label: string; value: unknown }) {
  return (
    <Scrolled label={label}>
      <pre>{JSON.stringify(value, undefined, 2)}</pre>
    </Scrolled>
  )
}
