import type { Traffic } from '../api/model.ts'

const WIDTH = 180
const HEIGHT = 36

type Bars = Pick<Traffic, 'calls' | 'failed' | 'declined'>

/** Calls of each second as bars; at their feet those that failed, then those that said no. The figures stand beside it in words. */
export function CallBars({ calls, failed, declined }: Bars) {
  const most = Math.max(1, ...calls)
  const over = declined.map((value, second) => value + (failed[second] ?? 0))
  return (
    <Frame>
      <path className="calls" d={barsOf(calls, most)} />
      <path className="declined" d={barsOf(over, most)} />
      <path className="failed" d={barsOf(failed, most)} />
    </Frame>
  )
}

/** All bars as one shape: there are a thousand of them in a fleet of twenty. */
function barsOf(values: readonly number[], most: number): string {
  const step = WIDTH / values.length
  return values
    .map((value, second) => {
      const height = (value / most) * (HEIGHT - 2)
      const x = second * step + 0.4
      return height > 0
        ? `M${x.toFixed(1)} ${HEIGHT - 1}v${(-height).toFixed(1)}h${(step - 0.8).toFixed(1)}v${height.toFixed(1)}z`
        : ''
    })
    .join('')
}

/** Latency of each second as a line, with gaps where nothing was called. */
export function LatencyLine({ calls, latency }: { calls: readonly number[]; latency: readonly number[] }) {
  const most = Math.max(1, ...latency)
  const step = WIDTH / Math.max(1, latency.length - 1)
  const points = latency.map((value, second) => ({
    x: second * step,
    y: HEIGHT - 2 - (value / most) * (HEIGHT - 4),
    isThere: (calls[second] ?? 0) > 0,
  }))
  const path = points
    .filter(({ isThere }) => isThere)
    .map(({ x, y }, index, all) => {
      // A quiet second or two do not break the line.
      const isJoined = x - (all[index - 1]?.x ?? Number.NEGATIVE_INFINITY) <= step * 3.5
      return `${isJoined ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}${isJoined ? '' : 'h.01'}`
    })
    .join('')
  return <Frame>{path && <path className="latency" d={path} />}</Frame>
}

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <line className="base" x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {children}
    </svg>
  )
}
