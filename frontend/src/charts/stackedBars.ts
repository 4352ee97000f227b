import type { BarSeriesOption } from 'echarts/charts'
import type {
  GridComponentOption,
  MarkAreaComponentOption,
  TooltipComponentOption,
} from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { totals, type Series, type Unknown } from './series'
import { tooltipOf } from './tooltip'

export type BarsOption = ComposeOption<
  BarSeriesOption | GridComponentOption | TooltipComponentOption
>

interface Bars {
  periods: string[]
  series: Series[]
  shortValue: (value: number) => string
  exactValue: (value: number) => string
  unknown?: Unknown | undefined
}

const INK = {
  light: { text: '#5a6372', line: '#e4e7ec', hover: 'rgb(20 24 31 / 0.05)' },
  dark: { text: '#9aa3b2', line: '#262b36', hover: 'rgb(238 240 244 / 0.07)' },
}

type Ink = (typeof INK)[keyof typeof INK]

/** The chart library's description of bars that stack the series of each period. */
export function stackedBars(bars: Bars, dark: boolean): BarsOption {
  const ink = dark ? INK.dark : INK.light
  const label = labelOf(ink)
  return {
    animation: false,
    grid: { left: 4, right: 8, top: 14, bottom: 6, outerBoundsMode: 'same' },
    xAxis: {
      type: 'category',
      data: bars.periods,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...label, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { ...label, formatter: bars.shortValue, show: totals(bars.series).some(Boolean) },
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      axisPointer: { type: 'shadow', shadowStyle: { color: ink.hover } },
      backgroundColor: 'var(--color-raised)',
      borderColor: 'var(--color-line)',
      textStyle: { color: 'var(--color-ink)', fontFamily: label.fontFamily },
      formatter: (hovered) => tooltipAt(bars, [hovered].flat()[0]?.dataIndex ?? 0),
    },
    series: bars.series.map(({ name, colour, values }, at) => ({
      type: 'bar',
      stack: 'all',
      name,
      data: values,
      barCategoryGap: bars.periods.length > 120 ? '8%' : '24%',
      itemStyle: { color: dark ? colour.dark : colour.light },
      emphasis: { disabled: true },
      ...(at === 0 ? { markArea: areaOf(bars, ink) } : {}),
    })),
  }
}

function labelOf({ text }: Ink) {
  return { color: text, fontSize: 11, fontFamily: 'Inter Variable, sans-serif' }
}

function areaOf({ periods, unknown }: Bars, ink: Ink): MarkAreaComponentOption {
  if (!unknown) return { data: [] }
  return {
    silent: true,
    itemStyle: { color: ink.hover },
    label: { ...labelOf(ink), position: 'insideTop', formatter: unknown.text },
    data: [[{ xAxis: unknown.from }, { xAxis: periods.length - 1 }]],
  }
}

function tooltipAt({ periods, series, exactValue }: Bars, at: number): HTMLElement {
  const lines = series
    .map(({ name, colour, values }) => ({ name, colour, value: values[at] ?? 0 }))
    .filter(({ value }) => value > 0)
    .map(({ value, ...line }) => ({ ...line, text: exactValue(value) }))
  return tooltipOf(periods[at] ?? '', exactValue(totals(series)[at] ?? 0), lines.reverse())
}
