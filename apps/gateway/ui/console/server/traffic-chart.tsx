import { LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, type EChartsType, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import type { Server, Traffic } from '../api/model.ts'
import { meanLatency, sumOf } from '../fleet/server-state.ts'
import { count, counted, duration } from '../parts/numbers.ts'

use([LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer])

const HEIGHT = 300
/** Of the seconds on the axis, those that are named: -50 s, -40 s, … */
const isTen = (index: number) => index % 10 === 9

/** Calls, what became of them, and latency of the last minute. */
export function TrafficChart({ server: { name, traffic } }: { server: Server }) {
  const place = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const latest = useRef(traffic)
  latest.current = traffic

  useEffect(() => {
    const element = place.current
    if (!element) return
    const drawn = init(element, null, { renderer: 'canvas', height: HEIGHT })
    chart.current = drawn
    const draw = () => drawn.setOption(optionsOf(latest.current, element))
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const observer = new ResizeObserver(() => drawn.resize({ width: element.clientWidth, height: HEIGHT }))
    dark.addEventListener('change', draw)
    observer.observe(element)
    draw()
    return () => {
      dark.removeEventListener('change', draw)
      observer.disconnect()
      drawn.dispose()
    }
  }, [])

  useEffect(() => {
    chart.current?.setOption(dataOf(traffic))
  }, [traffic])

  return (
    <figure>
      <div
        ref={place}
        className="drawing"
        role="img"
        aria-label={`Traffic of ${name}. The caption says it in words.`}
      />
      <figcaption>{inWords(traffic)}</figcaption>
    </figure>
  )
}

function inWords({ calls, failed, declined, refused, latency }: Traffic): string {
  const away = sumOf(refused)
  if (sumOf(calls) === 0)
    return away === 0
      ? 'In the last minute nothing was called.'
      : `In the last minute ${counted(away, 'call was', 'calls were')} refused, and none came here.`
  const turned = away === 0 ? '' : ` ${counted(away, 'more was', 'more were')} refused.`
  const ends = `${count(sumOf(failed))} failed, ${count(sumOf(declined))} said no`
  const times = `${duration(meanLatency(calls, latency))} in the mean, ${duration(Math.max(...latency))} in the slowest second`
  return `In the last minute: ${counted(sumOf(calls), 'call')}, of which ${ends}; they took ${times}.${turned}`
}

function dataOf({ calls, failed, declined, refused, latency }: Traffic): EChartsCoreOption {
  const called = latency.map((value, second) => (calls[second] ? value : null))
  return {
    series: [...[calls, failed, declined, refused].map((all) => ({ data: [...all] })), { data: called }],
  }
}

function optionsOf(traffic: Traffic, element: HTMLElement): EChartsCoreOption {
  const colour = (name: string) => {
    element.style.color = `var(${name})`
    const { color } = getComputedStyle(element)
    element.style.color = ''
    return color
  }
  const { fontFamily } = getComputedStyle(element)
  const [text, faint, line, ground] = ['--text', '--faint', '--line', '--ground'].map(colour)
  const label = { color: faint, fontFamily, fontSize: 12 }
  const seconds = traffic.calls.map((_, second, { length }) =>
    second + 1 === length ? 'now' : `${second + 1 - length} s`,
  )
  const axis = { type: 'category', data: seconds, boundaryGap: false, axisTick: { show: false } }
  const values = {
    type: 'value',
    min: 0,
    splitNumber: 3,
    axisLabel: label,
    splitLine: { lineStyle: { color: line } },
  }
  const series = (name: string, kind: string, index: number, dashes = 'solid') => ({
    type: 'line',
    name,
    xAxisIndex: index,
    yAxisIndex: index,
    color: colour(kind),
    showSymbol: index === 1,
    symbol: 'circle',
    symbolSize: 4,
    lineStyle: { width: 2, type: dashes },
  })
  const data = dataOf(traffic).series as object[]
  return {
    animation: false,
    textStyle: { fontFamily },
    legend: { left: 0, top: 0, textStyle: { ...label, color: text }, selectedMode: false },
    // Drawn, not HTML.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: ground,
      borderColor: line,
      textStyle: { color: text, fontFamily, fontSize: 12 },
    },
    axisPointer: { link: [{ xAxisIndex: 'all' }] },
    grid: [
      { left: 44, right: 12, top: 32, height: 100 },
      { left: 44, right: 12, top: 160, height: 100 },
    ],
    xAxis: [
      { ...axis, axisLabel: { show: false }, axisLine: { lineStyle: { color: faint } } },
      {
        ...axis,
        gridIndex: 1,
        axisLabel: { ...label, interval: isTen, showMaxLabel: true },
        axisLine: { lineStyle: { color: faint } },
      },
    ],
    yAxis: [
      { ...values, minInterval: 1 },
      { ...values, gridIndex: 1 },
    ],
    series: [
      series('calls/s', '--calls', 0),
      series('failed/s', '--danger', 0, 'dashed'),
      series('said no/s', '--warning', 0, 'dotted'),
      series('refused/s', '--faint', 0, 'dotted'),
      series('latency in ms', '--latency', 1),
    ].map((each, index) => ({ ...each, ...data[index] })),
  }
}
