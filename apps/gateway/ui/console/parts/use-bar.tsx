import { Label, Meter } from 'react-aria-components'
import { count } from './numbers.ts'

/** How much of something is used. Near the end it says so in words. */
export function UseBar({ label, used, limit }: { label: string; used: number; limit: number }) {
  const share = limit > 0 ? used / limit : 1
  const level = share >= 1 ? 'all used' : share >= 0.8 ? 'nearly used' : ''
  const words = used > limit ? `all used, ${count(used - limit)} over` : level
  return (
    <Meter
      className="use"
      value={Math.min(used, limit)}
      maxValue={limit}
      valueLabel={`${count(used)} of ${count(limit)}, ${percent(share)}`}
    >
      {({ percentage, valueText }) => (
        <>
          <Label className="unseen">{label}</Label>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect className="rail" width="100" height="8" />
            <rect className={`fill ${level.replace(' ', '-')}`} width={percentage} height="8" />
          </svg>
          <span>
            {valueText}
            {words && <strong> {words}</strong>}
          </span>
        </>
      )}
    </Meter>
  )
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'under 1 %' : `${Math.floor(share * 100)} %`
}
