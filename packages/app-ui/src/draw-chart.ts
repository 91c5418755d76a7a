import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { h } from './elements.ts'
import { type Look, lookOf } from './look.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer])

export interface ChartData {
  /** For those who do not see it; it is not drawn. */
  title: string
  /** Lines and columns run over time, bars compare names. */
  shape: 'line' | 'column' | 'bar'
  categories: readonly string[]
  categoryLabel: string
  /** What is measured, with its unit. */
  valueLabel: string
  series: readonly { name: string; values: readonly (number | null)[] }[]
  /** A figure in full, and as short as an axis wants it. */
  write(value: number): string
  writeShort(value: number): string
  /** Whether there are no figures between whole numbers. */
  isCount?: boolean
}

export interface DrawnChart {
  readonly element: HTMLElement
  /** Draw again with the colours of now. */
  redraw(): void
  remove(): void
}

/** A bar, and the room around it. */
const BAR = 24
const HEIGHT = 300
/** Of names that stand beside bars, as part of the width. */
const LONGEST_NAME = 0.36

/** A chart that fills its place's width, whatever becomes of it. */
export function drawChart(data: ChartData): DrawnChart {
  const place = h('div', { class: 'drawing' })
  const label = `Chart: ${data.title}. The table has its figures.`
  // Above an upright axis there is more room than beside it.
  const measured = data.shape === 'bar' ? undefined : h('div', { class: 'measured' }, data.valueLabel)
  const element = h('div', { class: 'chart', role: 'img', 'aria-label': label }, measured, place)
  const height = heightOf(data)
  place.style.height = `${height}px`
  let chart: ReturnType<typeof init> | undefined
  const draw = () => {
    const width = place.clientWidth
    if (width === 0) return
    chart ??= init(place, null, { renderer: 'svg', width, height })
    chart.resize({ width, height })
    chart.setOption(optionsOf(data, lookOf(place), width), { notMerge: true })
  }
  const observer = new ResizeObserver(draw)
  observer.observe(place)
  return {
    element,
    redraw: draw,
    remove() {
      observer.disconnect()
      chart?.dispose()
      element.remove()
    },
  }
}

function heightOf({ shape, categories, series }: ChartData): number {
  if (shape !== 'bar') return HEIGHT
  return Math.max(150, 70 + categories.length * BAR * (series.length > 1 ? 1.6 : 1))
}

function optionsOf(data: ChartData, look: Look, width: number): EChartsCoreOption {
  const { shape, categories, categoryLabel, valueLabel, series, write, writeShort, isCount = false } = data
  const { text, faint, line, ground, palette, font } = look
  const isBar = shape === 'bar'
  const hasLegend = series.length > 1
  const label = { color: faint, fontFamily: font, fontSize: 12 }
  const name = { color: text, fontFamily: font, fontSize: 12, fontWeight: 'bold' }
  const valueAxis = {
    type: 'value',
    name: isBar ? valueLabel : '',
    nameLocation: 'middle',
    nameGap: 28,
    nameTextStyle: name,
    minInterval: isCount ? 1 : 0,
    splitNumber: width < 480 ? 3 : 5,
    axisLabel: { ...label, formatter: writeShort, hideOverlap: true },
    splitLine: { lineStyle: { color: line } },
  }
  const categoryAxis = {
    type: 'category',
    data: [...categories],
    inverse: isBar,
    name: isBar ? '' : categoryLabel,
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: name,
    boundaryGap: shape !== 'line',
    axisLine: { lineStyle: { color: faint } },
    axisTick: { show: false },
    axisLabel: isBar
      ? { ...label, color: text, width: Math.round(width * LONGEST_NAME), overflow: 'truncate', interval: 0 }
      : { ...label, hideOverlap: true },
  }
  return {
    animation: false,
    color: [...palette],
    textStyle: { fontFamily: font },
    tooltip: {
      trigger: 'axis',
      // Drawn, not HTML: names are data.
      renderMode: 'richText',
      confine: true,
      backgroundColor: ground,
      borderColor: line,
      textStyle: { color: text, fontFamily: font, fontSize: 12 },
      axisPointer: { type: shape === 'line' ? 'line' : 'shadow' },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? write(value) : 'none'),
    },
    legend: {
      show: hasLegend,
      type: 'plain',
      left: 0,
      top: 0,
      textStyle: { ...label, color: text },
      itemStyle: { borderWidth: 0 },
      selectedMode: false,
    },
    grid: {
      left: 4,
      right: isBar ? 64 : 16,
      top: (hasLegend ? legendHeight(series, width) : 4) + 8,
      bottom: isBar ? 34 : 32,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: isBar ? valueAxis : categoryAxis,
    yAxis: isBar ? categoryAxis : valueAxis,
    series: series.map(({ name, values }) => ({
      type: shape === 'line' ? 'line' : 'bar',
      name,
      data: [...values],
      barMaxWidth: isBar ? 16 : 36,
      lineStyle: { width: 2.5 },
      symbol: 'circle',
      symbolSize: 6,
      showSymbol: values.length <= 40,
      label: {
        show: isBar && series.length === 1,
        position: 'right',
        ...label,
        formatter: ({ value }: { value: unknown }) => (typeof value === 'number' ? writeShort(value) : ''),
      },
    })),
  }
}

/** By the usual width of letters; a line too many is only white. */
function legendHeight(series: ChartData['series'], width: number): number {
  const needed = series.reduce((sum, { name }) => sum + 46 + 7 * name.length, 0)
  return 8 + 20 * Math.ceil(needed / Math.max(1, width - 40))
}
