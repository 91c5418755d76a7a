import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Chart } from '../blocks.ts'
import { COLOURS, FONT, type Theme } from './theme.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer])

const WIDTH = 720
const HEIGHT = 360
/** A bar, and the room around it. */
const BAR = 26
/** Of names that stand beside bars. */
const LONGEST_NAME = 190
const TITLE_ROOM = 66
/** Where a picture is shown, the typeface it was measured in may not be there. */
const ANYWHERE = `${FONT}, Helvetica, Arial, sans-serif`

const SHORT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 1 })

/** A chart as an SVG that stands by itself: its own ground, no scripts, no styles from outside. */
export function drawChart(chart: Chart, theme: Theme, font = ANYWHERE): string {
  const isBar = chart.shape === 'bar'
  const height = isBar ? Math.max(180, TITLE_ROOM + 70 + chart.categories.length * BAR) : HEIGHT
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    drawing.setOption(optionsOf(chart, theme, font))
    return withTitle(asPicture(drawing.renderToSVGString()), chart)
  } finally {
    drawing.dispose()
  }
}

function optionsOf(chart: Chart, theme: Theme, font: string): EChartsCoreOption {
  const { title, shape, categories, category_label, value_label, currency, series } = chart
  const { ground, text, faint, line, series: palette } = COLOURS[theme]
  const isBar = shape === 'bar'
  const label = { color: faint, fontFamily: font, fontSize: 12 }
  const name = { color: text, fontFamily: font, fontSize: 12, fontWeight: 'bold' }
  const measured = unitText(value_label, chart)
  const valueAxis = {
    type: 'value',
    name: isBar ? measured : '',
    nameLocation: 'middle',
    nameGap: 30,
    nameTextStyle: name,
    minInterval: chart.unit === 'count' ? 1 : 0,
    // A line may start above nothing; the length of a bar has to mean something.
    scale: shape === 'line',
    axisLabel: { ...label, formatter: (value: number) => (currency === null ? WHOLE : SHORT).format(value) },
    splitLine: { lineStyle: { color: line } },
  }
  const categoryAxis = {
    type: 'category',
    data: categories,
    inverse: isBar,
    name: isBar ? '' : category_label,
    nameLocation: 'middle',
    nameGap: 32,
    nameTextStyle: name,
    boundaryGap: shape !== 'line',
    axisLine: { lineStyle: { color: faint } },
    axisTick: { show: false },
    axisLabel: isBar
      ? { ...label, color: text, width: LONGEST_NAME, overflow: 'truncate', interval: 0 }
      : { ...label, hideOverlap: true },
  }
  return {
    animation: false,
    backgroundColor: ground,
    color: [...palette],
    textStyle: { fontFamily: font },
    title: {
      text: title,
      left: 16,
      top: 12,
      textStyle: { color: text, fontFamily: font, fontSize: 16 },
      // What an upright axis measures is easier to read above it than beside it.
      subtext: isBar ? '' : measured,
      subtextStyle: { ...label, fontSize: 13 },
    },
    legend: {
      show: series.length > 1,
      right: 16,
      top: 12,
      textStyle: { ...label, color: text },
      itemStyle: { borderWidth: 0 },
    },
    grid: {
      left: 16,
      right: isBar ? 72 : 28,
      top: isBar ? TITLE_ROOM - 16 : TITLE_ROOM + 12,
      bottom: isBar ? 36 : 34,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    xAxis: isBar ? valueAxis : categoryAxis,
    yAxis: isBar ? categoryAxis : valueAxis,
    series: series.map(({ name, values }) => ({
      type: shape === 'line' ? 'line' : 'bar',
      name,
      data: values,
      barMaxWidth: isBar ? 16 : 36,
      lineStyle: { width: 2.5 },
      symbol: 'circle',
      symbolSize: 6,
      showSymbol: values.length <= 40,
      connectNulls: false,
      label: {
        show: isBar && series.length === 1,
        position: 'right',
        ...label,
        formatter: ({ value }: { value: unknown }) =>
          typeof value === 'number' ? (currency === null ? WHOLE : SHORT).format(value) : '',
      },
    })),
  }
}

function unitText(label: string, { unit, currency }: Chart): string {
  if (currency !== null) return `${label} (${currency})`
  if (unit === 'percent') return `${label} (%)`
  return unit === 'hours' ? `${label} (h)` : label
}

/** Nothing happens in a picture; and the same figures make the same picture, however many were drawn before. */
function asPicture(svg: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (?:class="zr[^"]*"|ecmeta_\w+="[^"]*")/g, '')
    .replace(/\bzr\d+-/g, 'zr-')
}

/** What a screen reader says of the picture (SVG 2, 5.9 and ARIA in SVG). */
function withTitle(svg: string, { title }: Chart): string {
  const safe = title.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
  return svg.replace(/^<svg /, `<svg role="img" aria-label="${safe}" `)
}
